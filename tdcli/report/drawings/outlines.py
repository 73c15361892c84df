"""The outline of each family of layers. Outlines, not colours alone, tell the families apart, so that they print."""

from collections.abc import Callable
from dataclasses import dataclass

from tdcli.report.drawings.svg import Canvas

_CAP_HEIGHT = 0.73
"""Of the letters of DejaVu Sans, in their size."""


@dataclass(frozen=True)
class Area:
    """Where a layer is drawn: between what it reads, at the lower edge, and what it returns, at the upper edge.

    bottom, top: the left and right ends of these edges. columns: the middles of the timesteps that it reads; gaps: of
    those that are left out.
    """

    y: float
    height: float
    bottom: tuple[float, float]
    top: tuple[float, float]
    columns: tuple[float, ...]
    gaps: tuple[float, ...] = ()

    @property
    def left(self) -> float:
        """The left end of both edges."""
        return min(self.bottom[0], self.top[0])

    @property
    def right(self) -> float:
        """The right end of both edges."""
        return max(self.bottom[1], self.top[1])

    @property
    def center(self) -> tuple[float, float]:
        """The middle."""
        return (self.left + self.right) / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Letter:
    """The letter of a layer's weights, empty where it has none, and the size that it is written in."""

    text: str
    size: float


def draw_outline(canvas: Canvas, name: str, area: Area, letter: Letter) -> None:
    """Draw a layer or a value."""
    _OUTLINES.get(name, _draw_any)(canvas, area, letter)


def draw_gap(canvas: Canvas, x: float, y: float, kind: str = "dot") -> None:
    """Draw the dots that stand for the timesteps left out."""
    for offset in (-5, 0, 5):
        canvas.put("circle", kind, cx=x + offset, cy=y, r=1.4)


def _rect(canvas: Canvas, kind: str, area: Area, *, inset: float = 0, rx: float = 1) -> None:
    x, y, width, height = area.left + inset, area.y + inset, area.right - area.left, area.height
    canvas.put("rect", kind, x=x, y=y, width=width - 2 * inset, height=height - 2 * inset, rx=rx)


def _write(canvas: Canvas, letter: Letter, x: float, y: float) -> None:
    if letter.text:
        canvas.write(letter.text, x, y + letter.size * _CAP_HEIGHT / 2, "tag")


def _draw_any(canvas: Canvas, area: Area, letter: Letter) -> None:
    _rect(canvas, "any", area, rx=4)
    _write(canvas, letter, *area.center)


def _draw_dense(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a plain box."""
    _rect(canvas, "dense", area)
    _write(canvas, letter, *area.center)


def _draw_recurrent(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a box with a second line inside, for the state that it keeps."""
    _rect(canvas, "recurrent", area, rx=7)
    _rect(canvas, "recurrent", area, inset=2.5, rx=4.5)
    _write(canvas, letter, *area.center)


def _draw_convolution(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a stack of sheets, for its feature maps."""
    step = area.height / 11
    width, height = area.right - area.left - 2 * step, area.height - 2 * step
    canvas.put("rect", "convolution", x=area.left, y=area.y + 2 * step, width=width, height=height)
    for number in (1, 2):  # of the sheets behind, what can be seen
        left, top = area.left + number * step, area.y + (2 - number) * step
        right, bottom = left + width, top + height
        outer = (left, top + step), (left, top), (right, top), (right, bottom), (right - step, bottom)
        canvas.path("convolution", *outer, (right - step, top + step), closed=True)
    _write(canvas, letter, area.left + width / 2, area.y + 2 * step + height / 2)


def _draw_pooling(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a funnel, with lines that come together."""
    canvas.path("pooling", *_funnel(area), closed=True)
    (left, right), (top_left, top_right) = area.bottom, _funnel_top(area)
    for share in (0.25, 0.5, 0.75):
        start, end = left + share * (right - left), top_left + share * (top_right - top_left)
        canvas.path("pleat", (start, area.y + area.height), (end, area.y))


def _draw_reshaping(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a slanted box; over several timesteps its edges are as wide as what it reads and returns."""
    if area.bottom == area.top:
        slant = min(area.height / 3, 10)
        lower, upper = (area.bottom[0], area.bottom[1] - slant), (area.top[0] + slant, area.top[1])
    else:
        lower, upper = area.bottom, area.top
    bottom = area.y + area.height
    canvas.path(
        "reshaping", (lower[0], bottom), (lower[1], bottom), (upper[1], area.y), (upper[0], area.y), closed=True
    )


def _draw_normalization(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a box with a bar at either side, between which it brings the values."""
    _rect(canvas, "normalization", area)
    for x in (area.left + 5, area.right - 5):
        canvas.path("bar", (x, area.y), (x, area.y + area.height))
    _write(canvas, letter, *area.center)


def _draw_activation(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a box with the curve of a function, and where it has weights the letter right of it."""
    _rect(canvas, "activation", area, rx=4)
    width, height = (area.right - area.left) * (0.5 if letter.text else 1), area.height
    (x, y), r = (area.left + width / 2, area.center[1]), min(width, height) * 0.32
    canvas.put("path", "curve", d=f"M{x - r:g} {y + r:g}c{r:g} 0 {r:g} {-2 * r:g} {2 * r:g} {-2 * r:g}")
    _write(canvas, letter, area.left + 1.5 * width, y)


def _draw_regularization(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a dashed box, for what it leaves out."""
    _rect(canvas, "regularization", area, rx=3)


def _draw_embedding(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a table, one row of which is looked up."""
    _rect(canvas, "embedding", area)
    width, row = (area.columns[0] - area.left) * 0.6, area.height / 5
    canvas.put("rect", "looked-up", x=area.left, y=area.y + 3 * row, width=width, height=row)
    for number in range(1, 5):
        canvas.path("bar", (area.left, area.y + number * row), (area.left + width, area.y + number * row))
    canvas.path("bar", (area.left + width, area.y), (area.left + width, area.y + area.height))
    _write(canvas, letter, (area.left + width + area.right) / 2, area.center[1])


def _draw_attention(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a box with a line from every timestep to every other, and the letter at each."""
    _rect(canvas, "attention", area, rx=4)
    middle = area.y + area.height * 0.45
    for start in area.columns:
        for end in area.columns:
            canvas.path("mesh", (start, area.y + area.height), (end, middle))
    for x in area.columns:
        _write(canvas, letter, x, (area.y + middle) / 2)
    for x in area.gaps:
        draw_gap(canvas, x, (area.y + middle) / 2, "dot-inside")


def _draw_merging(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a circle with a plus."""
    (x, y), r = area.center, merging_radius(area.height)
    canvas.put("circle", "merging", cx=x, cy=y, r=r)
    canvas.path("plus", (x - r / 2, y), (x + r / 2, y))
    canvas.path("plus", (x, y - r / 2), (x, y + r / 2))


def merging_radius(height: float) -> float:
    """Return the radius of the circle of a sum."""
    return height / 2


def _draw_vector(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a circle."""
    x, y = area.center
    canvas.put("circle", "value", cx=x, cy=y, r=area.height / 2)


def _draw_token(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a square on its corner."""
    (x, y), r = area.center, area.height / 2
    canvas.path("value", (x, y - r), (x + r, y), (x, y + r), (x - r, y), closed=True)


def _draw_frame(canvas: Canvas, area: Area, letter: Letter) -> None:
    """Draw a grid."""
    (x, y), size = area.center, area.height
    canvas.put("rect", "value", x=x - size / 2, y=y - size / 2, width=size, height=size)
    for offset in (-size / 6, size / 6):
        canvas.path("grid", (x + offset, y - size / 2), (x + offset, y + size / 2))
        canvas.path("grid", (x - size / 2, y + offset), (x + size / 2, y + offset))


def _funnel(area: Area) -> tuple[tuple[float, float], ...]:
    (left, right), (top_left, top_right) = area.bottom, _funnel_top(area)
    bottom = area.y + area.height
    return (left, bottom), (right, bottom), (top_right, area.y), (top_left, area.y)


def _funnel_top(area: Area) -> tuple[float, float]:
    """Return the ends of the upper edge: within the box where it is as wide as the lower one."""
    if area.bottom != area.top:
        return area.top
    inset = min((area.right - area.left) / 4, area.height / 4)
    return area.left + inset, area.right - inset


_OUTLINES: dict[str, Callable[[Canvas, Area, Letter], None]] = {
    "activation": _draw_activation,
    "attention": _draw_attention,
    "convolution": _draw_convolution,
    "dense": _draw_dense,
    "embedding": _draw_embedding,
    "frame": _draw_frame,
    "merging": _draw_merging,
    "normalization": _draw_normalization,
    "pooling": _draw_pooling,
    "recurrent": _draw_recurrent,
    "regularization": _draw_regularization,
    "reshaping": _draw_reshaping,
    "token": _draw_token,
    "vector": _draw_vector,
}

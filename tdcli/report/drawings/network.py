"""A network unrolled through time, as SVG: a column a timestep, a row a layer, the input at the bottom.

Drawn 320 units wide, so that its smallest text can be read on a phone. Letters, not colours alone, say which boxes
share their weights, so that it can be read without colour.
"""

from dataclasses import dataclass

from tdcli.plan.plan import Plan
from tdcli.plan.unrolled import GAP, UnrolledLayer, step_labels, unroll
from tdcli.report.drawings.svg import Svg
from tdcli.shapes import Shape, format_shape
from tdcli.text.quantities import format_count

WIDTH, MARGIN, SLOTS = 320, 10, 5
BOX_WIDTH, BOX_HEIGHT = 44, 28
ROW_HEIGHT, HEAD_HEIGHT, LEGEND_HEIGHT = 78, 34, 18
GAP_WIDTH = 16
"""Of the dots that stand for the steps left out."""

FILLS = ("#f2c14e", "#5fa8d3", "#e8806a", "#7fb069", "#a993d8", "#d98cb3")
"""Of boxes with weights, in turn; all are light enough for black letters."""

STYLE = """
text { font: 11px "DejaVu Sans", system-ui, sans-serif; fill: #1c1c1c; }
.title { font-size: 10px; font-weight: bold; }
.small { font-size: 9px; fill: #555; }
.title, .small { paint-order: stroke; stroke: #fff; stroke-width: 3px; stroke-linejoin: round; }
.tag { font-weight: bold; fill: #111; text-anchor: middle; }
.count { font-size: 8px; fill: #111; text-anchor: middle; }
.middle { text-anchor: middle; }
.paper { fill: #fff; }
.plain { fill: #eee; stroke: #777; }
.box { stroke: #333; }
.edge { stroke: #555; fill: none; stroke-width: 1.2; }
.edge-head { fill: #555; }
.time { stroke: #a3123a; fill: none; stroke-width: 1.8; }
.time-head { fill: #a3123a; }
@media (prefers-color-scheme: dark) {
  text { fill: #eee; }
  .small { fill: #bbb; }
  .title, .small { stroke: #16181c; }
  .tag, .count { fill: #111; }
  .paper { fill: #16181c; }
  .plain { fill: #3a3d44; stroke: #999; }
  .box { stroke: #ddd; }
  .edge { stroke: #aaa; }
  .edge-head { fill: #aaa; }
  .time { stroke: #ff7a9c; }
  .time-head { fill: #ff7a9c; }
}
"""
NO_TIME = ("",)
"""The one column of what has no time axis."""


def draw_network(plan: Plan) -> str:
    """Return the SVG of a plan."""
    found = unroll(plan)
    weighted = [row for row in found if row.tag]
    height = HEAD_HEIGHT + (len(found) + 2) * ROW_HEIGHT + len(weighted) * LEGEND_HEIGHT + 3 * MARGIN
    layers = "; ".join(
        f"{row.step.title}, {row.way}, gives {format_shape(row.step.output_shape, batch=None)}" for row in found
    )
    description = f"From {format_shape(plan.input_shape, batch=None)}: {layers}."
    svg = Svg(WIDTH, height, f"{plan.name}, unrolled through time", description, STYLE)
    fills = {row.tag: FILLS[place % len(FILLS)] for place, row in enumerate(weighted)}
    _Unrolled(svg, fills).draw(plan, found)
    _legend_texts(svg, weighted, fills, height - MARGIN - len(weighted) * LEGEND_HEIGHT)
    return svg.text()


@dataclass(frozen=True)
class _Level:
    """The columns of a row, by their labels, and where its boxes begin from the top."""

    columns: tuple[str, ...]
    top: float

    @property
    def middle(self) -> float:
        return self.top + BOX_HEIGHT / 2

    @property
    def bottom(self) -> float:
        return self.top + BOX_HEIGHT

    def x(self, place: int) -> float:
        """Return a column's middle: the last step stands at the right, and over it what has no time axis."""
        slot = (WIDTH - 2 * MARGIN) / SLOTS
        return MARGIN + slot * (SLOTS - len(self.columns) + place + 0.5)

    def half(self, place: int) -> float:
        """Return half the width of what stands at a column."""
        return (GAP_WIDTH if self.columns[place] == GAP else BOX_WIDTH) / 2


class _Unrolled:
    """Draws row upon row; `fills`: the colours of the weights, by their letters."""

    def __init__(self, svg: Svg, fills: dict[str, str]) -> None:
        self.svg, self.fills = svg, fills
        self.labels: list[tuple[str, float, str]] = []

    def draw(self, plan: Plan, found: tuple[UnrolledLayer, ...]) -> None:
        self.svg.write(f"{plan.name} ({plan.kind})", MARGIN, 18, "title")
        self.svg.write("time goes to the right, data go up; one letter, one set of weights", MARGIN, 30, "small")
        tops = [HEAD_HEIGHT + MARGIN + 22 + place * ROW_HEIGHT for place in reversed(range(len(found) + 2))]
        level = self._input(plan, tops[0])
        for row, top in zip(found, tops[1:-1], strict=True):
            level = self._layer(row, level, top)
        self._output(plan, level, tops[-1])
        for text, y, kind in self.labels:  # last, so that no arrow crosses them
            self.svg.write(text, MARGIN, y, kind)

    def _input(self, plan: Plan, top: float) -> _Level:
        level = _Level(step_labels(plan.input_shape[1]), top)
        self._glyphs(level, frames=len(plan.input_shape) > 3)
        self.labels.append((f"input {format_shape(plan.input_shape, batch=None)}", level.bottom + 24, "title"))
        return level

    def _output(self, plan: Plan, below: _Level, top: float) -> None:
        level = _Level(below.columns, top)
        self._glyphs(level, frames=False)
        self._edges(below, level, plan.output_shape)
        self.labels.append(("output", top - 6, "title"))

    def _layer(self, row: UnrolledLayer, below: _Level, top: float) -> _Level:
        """Draw a layer over what it reads, and return where the next one goes on."""
        gives = _Level(NO_TIME if row.timesteps == 0 else step_labels(row.timesteps), top)
        reads = _Level(below.columns, top)
        if row.way == "all steps":
            self._wide_box(row, [reads, gives])
            self._edges(below, reads, row.step.input_shape)
        else:
            own = gives if row.way == "no steps" else reads
            self._boxes(row, own)
            self._edges(below, own, row.step.input_shape)
            self._walk(row, own)
        self.labels.append((_caption(row), top - 6, "title"))
        return gives

    def _boxes(self, row: UnrolledLayer, level: _Level) -> None:
        for place, label in enumerate(level.columns):
            if label == GAP:
                self.svg.write(GAP, level.x(place), level.middle + 4, "middle")
            else:
                self._box(row, level.x(place) - BOX_WIDTH / 2, level.top, BOX_WIDTH)

    def _wide_box(self, row: UnrolledLayer, levels: list[_Level]) -> None:
        """Draw one box over all the steps that it reads and gives."""
        middles = [level.x(place) for level in levels for place in range(len(level.columns))]
        width = max(middles) - min(middles) + BOX_WIDTH
        self._box(row, min(middles) - BOX_WIDTH / 2, levels[0].top, width)

    def _box(self, row: UnrolledLayer, x: float, y: float, width: float) -> None:
        shape: dict[str, float | str] = {"x": x, "y": y, "width": width, "height": BOX_HEIGHT, "rx": 4}
        if not row.tag:
            self.svg.put("rect", "plain", **shape)
            return
        self.svg.put("rect", "box", **shape, fill=self.fills[row.tag])
        self.svg.write(row.tag, x + width / 2, y + 13, "tag")
        self.svg.write(format_count(row.step.parameters.total), x + width / 2, y + 23, "count")

    def _walk(self, row: UnrolledLayer, level: _Level) -> None:
        """Draw the arrows of a recurrent layer from step to step, either way or both."""
        ways = {"forward": (False,), "backward": (True,), "both ways": (False, True)}.get(row.way, ())
        for turned in ways:
            y = level.middle + (0 if len(ways) == 1 else 6 - 12 * turned)
            for place in range(len(level.columns) - 1):
                left = (level.x(place) + level.half(place), y)
                right = (level.x(place + 1) - level.half(place + 1), y)
                self.svg.arrow(*((right, left) if turned else (left, right)), "time")

    def _edges(self, below: _Level, above: _Level, shape: Shape) -> None:
        """Draw the arrows upward, and the shape that goes along them."""
        same = below.columns == above.columns
        for place, label in enumerate(above.columns):
            if label != GAP:
                start = below.x(place if same else len(below.columns) - 1)
                self.svg.arrow((start, below.top), (above.x(place), above.bottom), "edge")
        self.labels.append((format_shape(shape, batch=None), (below.top + above.bottom) / 2 - 1, "small"))

    def _glyphs(self, level: _Level, *, frames: bool) -> None:
        """Draw each step's numbers: a circle for a vector, a grid for a frame."""
        for place, label in enumerate(level.columns):
            x, y = level.x(place), level.middle
            if label == GAP:
                self.svg.write(GAP, x, y + 4, "middle")
            elif frames:
                lines = f"M{x - 5} {y - 14}v28m10 0v-28M{x - 14} {y - 5}h28m0 10h-28"
                self.svg.put("rect", "plain", x=x - 14, y=y - 14, width=28, height=28)
                self.svg.put("path", "edge", d=lines)
                self.svg.write(label, x, y + 25, "small middle")
            else:
                self.svg.put("circle", "plain", cx=x, cy=y, r=14)
                self.svg.write(label, x, y + 4, "middle")


def _legend_texts(svg: Svg, weighted: list[UnrolledLayer], fills: dict[str, str], top: float) -> None:
    for place, row in enumerate(weighted):
        y = top + place * LEGEND_HEIGHT
        svg.put("rect", "box", x=MARGIN, y=y, width=20, height=14, rx=3, fill=fills[row.tag])
        svg.write(row.tag, MARGIN + 10, y + 11, "tag")
        svg.write(f"{row.step.title}: {_parameters_text(row)}", MARGIN + 26, y + 11, "small")


def _caption(row: UnrolledLayer) -> str:
    """Say which layer it is, and how it stands to time."""
    return row.step.title if row.way == "no steps" else f"{row.step.title}, {row.way}"


def _parameters_text(row: UnrolledLayer) -> str:
    """Say how many weights there are, and whether steps share them."""
    count = f"{row.step.parameters.total:,} parameters"
    shares = row.way not in ("no steps", "all steps") and row.step.input_shape[1] != 1
    return f"{count}, shared" if shares else count

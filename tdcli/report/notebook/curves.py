"""Curves of a figure by epoch, as a picture in a notebook's HTML."""

import math
from base64 import b64encode
from collections.abc import Mapping, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405

WIDTH, HEIGHT, MARGIN = 220, 44, 4
"""Of the picture, in pixels, and between its edge and the curves."""

MOST_POINTS = 2 * WIDTH
"""The most points of a curve: more cannot be distinguished."""

MARK, STYLE = "#7b7b80", "display:block;max-width:none"
"""The colour of the mark, which stands out from white and from black; and how a page lays out the picture."""


def draw_curves(curves: Mapping[str, Sequence[float]], best: int | None = None) -> Element:
    """Return curves by their colour, on one scale; a dotted line marks the place of the best epoch.

    What is not finite is left out.
    """
    size = {"width": str(WIDTH), "height": str(HEIGHT), "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    picture = Element("svg", {**size, "xmlns": "http://www.w3.org/2000/svg", "style": STYLE, "fill": "none"})
    epochs = max(map(len, curves.values()), default=0)
    finite = [value for values in curves.values() for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    if best is not None and epochs > 1:
        x = f"{_across(best, epochs):.1f}"
        line = {"x1": x, "x2": x, "y1": "0", "y2": str(HEIGHT), "stroke": MARK, "stroke-dasharray": "1 3"}
        SubElement(picture, "line", line)
    for colour, values in curves.items():
        points = [
            (_across(place, epochs), _up(values[place], low, high) if math.isfinite(values[place]) else None)
            for place in _thinned(len(values))
        ]
        _draw_curve(picture, points, colour)
    return picture


def as_image(picture: Element) -> Element:
    """Return a picture as an image, for a picture that changes no more: a new image may appear a moment late."""
    address = b64encode(tostring(picture)).decode()
    size = {name: picture.attrib[name] for name in ("width", "height", "style")}
    return Element("img", {"src": f"data:image/svg+xml;base64,{address}", "alt": "", **size})


def _draw_curve(picture: Element, points: Sequence[tuple[float, float | None]], colour: str) -> None:
    for is_drawn, stretch in groupby(points, lambda point: point[1] is not None):
        found = list(stretch)
        if not is_drawn:
            continue
        if len(found) == 1:
            (x, y), *_ = found
            SubElement(picture, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "2", "fill": colour})
        else:
            line = {"points": " ".join(f"{x:.1f},{y:.1f}" for x, y in found), "stroke": colour, "stroke-width": "1.5"}
            SubElement(picture, "polyline", {**line, "stroke-linejoin": "round"})


def _thinned(count: int) -> list[int]:
    """Return the places of at most so many values as can be distinguished, with the first and the last.

    >>> _thinned(3)
    [0, 1, 2]
    """
    most = min(count, MOST_POINTS)
    return [round(place * (count - 1) / max(1, most - 1)) for place in range(most)]


def _across(place: int, epochs: int) -> float:
    return MARGIN + place / max(1, epochs - 1) * (WIDTH - 2 * MARGIN)


def _up(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)

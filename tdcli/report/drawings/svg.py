"""Elements of an SVG, without what they mean."""

from math import hypot
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405

from tdcli.text.visible import escape_lines


class Svg:
    """A picture of a width that other texts count in, which grows to any size; text stays text."""

    def __init__(self, width: float, height: float, name: str, description: str, style: str) -> None:
        box = f"0 0 {width:g} {height:g}"
        self.root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=box, role="img")
        self.root.set("aria-labelledby", "name description")
        SubElement(self.root, "title", id="name").text = escape_lines(name)
        SubElement(self.root, "desc", id="description").text = escape_lines(description)
        SubElement(self.root, "style").text = style
        self.put("rect", "paper", x=0, y=0, width=width, height=height)

    def put(self, tag: str, kind: str, **attributes: float | str) -> None:
        """Add an element of a class."""
        values = {name: value if isinstance(value, str) else f"{value:g}" for name, value in attributes.items()}
        SubElement(self.root, tag, {"class": kind, **values})

    def write(self, text: str, x: float, y: float, kind: str = "") -> None:
        """Add a text; y is its baseline."""
        SubElement(self.root, "text", {"class": kind, "x": f"{x:g}", "y": f"{y:g}"}).text = escape_lines(text)

    def arrow(self, start: tuple[float, float], end: tuple[float, float], kind: str) -> None:
        """Add a line with a head at its end, of the class `KIND-head`."""
        (x1, y1), (x2, y2) = start, end
        length = hypot(x2 - x1, y2 - y1) or 1.0
        dx, dy = 6 * (x2 - x1) / length, 6 * (y2 - y1) / length
        self.put("path", kind, d=f"M{x1:g} {y1:g}L{x2:g} {y2:g}")
        head = f"M{x2:g} {y2:g}l{-dx - dy / 2:g} {-dy + dx / 2:g}l{dy:g} {-dx:g}z"
        self.put("path", f"{kind}-head", d=head)

    def text(self) -> str:
        """Return the picture's text."""
        return tostring(self.root, encoding="unicode") + "\n"

"""Elements of an SVG, without what they mean."""

from math import hypot
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405

from tdcli.text.visible import escape_lines


class Canvas:
    """An element that others are put into."""

    def __init__(self, element: Element) -> None:
        self.element = element

    def put(self, tag: str, kind: str, **attributes: float | str) -> None:
        """Add an element of a class."""
        self._add(tag, kind, attributes)

    def group(self, kind: str, **attributes: float | str) -> "Canvas":
        """Add a group of elements, and return it."""
        return Canvas(self._add("g", kind, attributes))

    def write(self, text: str, x: float, y: float, kind: str = "") -> None:
        """Add a text; y is its baseline."""
        SubElement(self.element, "text", {"class": kind, "x": f"{x:g}", "y": f"{y:g}"}).text = escape_lines(text)

    def path(self, kind: str, *points: tuple[float, float], closed: bool = False) -> None:
        """Add a line from point to point; a closed one ends where it starts."""
        d = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
        self.put("path", kind, d=f"{d}z" if closed else d)

    def arrow(self, kind: str, *points: tuple[float, float], head: float) -> None:
        """Add a line from point to point with a head of this length at its end, of the class `KIND-head`."""
        (x1, y1), (x2, y2) = points[-2:]
        length = hypot(x2 - x1, y2 - y1) or 1.0
        dx, dy = head * (x2 - x1) / length, head * (y2 - y1) / length
        # The line ends inside the head, for its blunt end would be wider than the head's point.
        self.path(kind, *points[:-1], (x2 - dx / 2, y2 - dy / 2))
        back = (x2 - dx, y2 - dy)
        sides = (back[0] - dy / 2, back[1] + dx / 2), (back[0] + dy / 2, back[1] - dx / 2)
        self.path(f"{kind}-head", (x2, y2), *sides, closed=True)

    def _add(self, tag: str, kind: str, attributes: dict[str, float | str]) -> Element:
        values = {name: value if isinstance(value, str) else f"{value:g}" for name, value in attributes.items()}
        return SubElement(self.element, tag, {"class": kind, **values})


class Svg(Canvas):
    """A picture of a width that other texts count in, which grows to any size; text stays text."""

    def __init__(self, width: float, height: float, name: str, description: str, style: str) -> None:
        box = f"0 0 {width:g} {height:g}"
        super().__init__(Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "network", "viewBox": box}))
        self.element.set("role", "img")
        self.element.set("aria-labelledby", "name description")
        SubElement(self.element, "title", id="name").text = escape_lines(name)
        SubElement(self.element, "desc", id="description").text = escape_lines(description)
        SubElement(self.element, "style").text = style
        self.put("rect", "paper", x=0, y=0, width=width, height=height)

    def text(self) -> str:
        """Return the picture's text."""
        return tostring(self.element, encoding="unicode") + "\n"

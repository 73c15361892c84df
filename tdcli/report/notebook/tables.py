"""What Rich prints, as HTML."""

import io
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405

from rich.console import Console, Group, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tdcli.text.visible import escape_controls

GREY = (123, 123, 128)
RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN = (
    (214, 64, 58), (35, 134, 63), (154, 107, 0), (40, 121, 200), (168, 85, 184), (15, 130, 145)
)  # fmt: skip
THEME = TerminalTheme(GREY, GREY, [GREY, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, GREY])
"""Colours with a contrast of at least 4 to 1 on white and on a notebook's black."""

WIDTH = 110
"""Columns of what Rich lays out itself."""


def render_html(*shown: RenderableType) -> str:
    """Return tables as tables, and other texts as texts.

    >>> render_html("a < b")
    '<div class="mathjax_ignore tex2jax_ignore" style="overflow-x:auto"><div>a &lt; b</div></div>'
    """
    block = new_block()
    for each in shown:
        block.extend(_elements(each))
    return to_text(block)


def new_block() -> Element:
    """Return an element for what one output shows, in which nothing is taken for a formula."""
    return Element("div", {"class": "mathjax_ignore tex2jax_ignore", "style": "overflow-x:auto"})


def to_text(element: Element) -> str:
    """Return an element's text."""
    return tostring(element, encoding="unicode", method="html")


def add_cell(row: Element, tag: str, content: RenderableType, align: str) -> Element:
    """Add a cell with its text to a row of a table."""
    wrapped = "pre" if tag == "th" else "pre-wrap"
    cell = SubElement(row, tag, style=f"text-align:{align};white-space:{wrapped}")
    _write(cell, content)
    return cell


def _elements(shown: RenderableType) -> Iterator[Element]:
    if isinstance(shown, Group):
        for each in shown.renderables:
            yield from _elements(each)
    elif isinstance(shown, Table):
        yield _table(shown)
    else:
        yield _text(shown)


def _table(table: Table) -> Element:
    element = Element("table", style="margin:0.4em 0")
    if table.show_header:
        row = SubElement(SubElement(element, "thead"), "tr")
        for column in table.columns:
            add_cell(row, "th", column.header, column.justify)
    body = SubElement(element, "tbody")
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        row = SubElement(body, "tr")
        for column, cell in zip(table.columns, cells, strict=True):
            add_cell(row, "td", cell, column.justify)
    return element


def _text(shown: RenderableType) -> Element:
    """Return text that takes one line as such, and several lines with what stands below each other."""
    element = Element("div")
    _write(element, shown)
    text = "".join(element.itertext())
    if "\n" in text.rstrip("\n"):
        element.tag = "pre"
        element.set("style", "margin:0.4em 0;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere")
    return element


def _write(element: Element, shown: RenderableType) -> None:
    """Write a text into an element, each stretch with its colour."""
    if isinstance(shown, str):
        element.text = escape_controls(shown)
        return
    console = Console(file=io.StringIO(), width=WIDTH, force_jupyter=False)
    for segment in _segments(shown, console):
        style = segment.style.get_html_style(THEME) if segment.style else ""
        SubElement(element, "span", {"style": style} if style else {}).text = escape_controls(segment.text)


def _segments(shown: RenderableType, console: Console) -> Iterable[Segment]:
    """Return stretches of a text with their styles, in lines as long as they are."""
    if not isinstance(shown, Text):
        return console.render(shown)
    text = shown.copy()
    text.stylize_before(text.style)  # `render` gives the styles of stretches alone
    return text.render(console)

"""A table between its title and a closing line, neither of which is wrapped to the table's width."""

from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.report.table import Table
from tdcli.text.visible import visible


def titled(title: str, table: Table, closing: str = "") -> RenderableType:
    """Put the title above the table and the closing line under it."""
    parts: list[RenderableType] = [Text(visible(title), "bold"), table]
    return Group(*parts, Text(visible(closing))) if closing else Group(*parts)

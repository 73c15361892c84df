"""A table between its title and a closing line, neither of which is wrapped to the table's width."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def titled(title: str, table: Table, closing: str = "") -> RenderableType:
    """Put the title above the table and the closing line under it."""
    parts: list[RenderableType] = [Text(title, "bold"), table]
    return Group(*parts, Text(closing)) if closing else Group(*parts)

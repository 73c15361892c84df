"""Tables of names and numbers with one line per cell."""

from typing import Any, Self, cast

import rich.table
from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.text.visible import escape_controls, escape_lines, truncate

LONGEST_CELL = 1000
"""Maximum characters of a cell. A longer one is shortened in the middle."""


class TerminalTable(rich.table.Table):
    """Rich's table. A cell given as a string takes one line; `Text` may take several."""

    @classmethod
    def grid(cls, **how: Any) -> Self:  # type: ignore[override]
        """Return a table without lines and headings."""
        return cast("Self", super().grid(**how))

    def add_column(self, header: RenderableType = "", *rest: Any, **how: Any) -> None:
        """Add a column with its heading."""
        super().add_column(_one_line_cell(header) or "", *rest, **how)

    def add_row(self, *cells: RenderableType | None, **how: Any) -> None:
        """Add a row."""
        super().add_row(*map(_one_line_cell, cells), **how)


def _one_line_cell(cell: RenderableType | None) -> RenderableType | None:
    return truncate(escape_lines(cell), LONGEST_CELL) if isinstance(cell, str) else cell


def with_title(title: str, table: TerminalTable, closing: str = "") -> RenderableType:
    """Put the title above the table and the closing line under it."""
    parts: list[RenderableType] = [Text(escape_controls(title), "bold"), table]
    return Group(*parts, Text(escape_controls(closing))) if closing else Group(*parts)

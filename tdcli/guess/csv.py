"""A table: labelled sequences where a column is the same on all rows of each, else windows."""

from pathlib import Path

from tdcli.guess._columns import read_columns
from tdcli.guess._page import Guess
from tdcli.guess._roles import labelled
from tdcli.guess._sequences import sequences_page
from tdcli.guess._table import Table
from tdcli.guess._windows import windows_page


def guess(path: Path, written: str) -> Guess:
    """Return a spec for the table; `written` is its path as the spec names it. Raises UserError."""
    table = Table(path, written, *read_columns(path))
    found = labelled(table.told)
    return sequences_page(table, found) if found else windows_page(table)

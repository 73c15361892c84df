"""Numbers in the notation of a dialect, with decimal commas or thousands separators."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from tdcli.data.dataset import Array
from tdcli.sources.tables.columns import numeric_marks
from tdcli.sources.tables.dialect import Dialect, dialect_line
from tdcli.text.diagnostic import Span
from tdcli.text.errors import SpecError


def normalize_numbers(column: str, dialect: Dialect) -> pl.Expr:
    """Return a column of texts with its numbers converted from the dialect to Python's notation."""
    text = pl.col(column).str.strip_chars()
    if dialect.has_plain_numbers:
        return text
    number = text.str.replace_all(f"[{re.escape(dialect.marks)}]", "") if dialect.thousands else text
    number = number.str.replace(dialect.decimal, ".", literal=True)
    return pl.when(text.str.contains(dialect.number)).then(number).otherwise(text)


def plain_numbers(texts: Iterable[str], dialect: Dialect) -> list[str]:
    """Return the texts that are numbers of a dialect, in Python's notation."""
    numbers = (each.strip() for each in texts if re.match(dialect.number, each.strip()))
    bare = (re.sub(f"[{re.escape(dialect.marks)}]", "", each) if dialect.marks else each for each in numbers)
    return [each.replace(dialect.decimal, ".") for each in bare]


def is_missing(cell: str, na_values: Iterable[str], dialect: Dialect) -> bool:
    """Return whether a cell is empty, or is a text or number that marks a missing value."""
    text, listed = cell.strip(), [each.strip() for each in na_values]
    if text in ("", *listed):
        return True
    return not set(numeric_marks(plain_numbers([text], dialect))).isdisjoint(
        numeric_marks([*listed, *plain_numbers(listed, dialect)])
    )


def check_decimal_marks(frame: pl.DataFrame, lines: Array, missing: list[str], dialect: Dialect, path: Path) -> None:
    """Raise SpecError at the first number with a point if the dialect has decimal commas.

    Such a number would otherwise be read with a decimal point, although the point may separate thousands.
    """
    text = pl.all().str.strip_chars()
    points = text.str.contains(Dialect().number) & ~text.str.contains(dialect.number) & ~text.is_in(missing)
    wrong = frame.select(points) if dialect.decimal == "," else frame.select([])
    first = min(((int(rows[0]), each.name) for each in wrong if len(rows := each.arg_true())), default=None)
    if first is None:
        return
    row, name = first
    cell, line = frame[name][row].strip(), int(lines[row])
    place = f"line {line}, column `{name}` of `{path.name}`"
    message = f"{place} contains `{cell}`, which has a point instead of a decimal comma"
    groups = re.match(Dialect(decimal=",", thousands=".").number, cell)
    key = dialect_line("thousands", ".") if groups else dialect_line("decimal", ".")
    raise SpecError.of("not-a-number", message, f"write `{key}`, or correct the cell", span=Span(str(path), line))

"""What is wrong with a column that should order rows, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

import polars as pl

from tdcli.data.tables.files.cells import Cells
from tdcli.data.times.parsing import AmbiguousTimeError, ParsedTimes, parse
from tdcli.sources.tables.time_columns import TimeColumns
from tdcli.sources.tables.time_formats import formats_of, short_year_formats_of
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml

CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?( ?[AaPp]\.?[Mm]\.?)?")
"""A time of day."""


def time_key(columns: Sequence[str], format: str) -> str:
    """Return the line of a spec that says how columns write a time.

    >>> time_key(["Date"], "%d/%m/%Y")
    "time: {columns: Date, format: '%d/%m/%Y'}"
    """
    named = columns[0] if len(columns) == 1 else list(columns)
    return f"time: {to_inline_yaml({'columns': named, 'format': format})}"


def refuse_ambiguous(cells: Cells, columns: Sequence[str], texts: pl.Series, error: AmbiguousTimeError) -> NoReturn:
    """Raise SpecError with both readings of a cell."""
    location = cells.location(error.row, columns[0])
    readings = [f"{each.moments[error.row]:%-d %B %Y}" for each in error.readings]
    message = f"`{texts[error.row]}` on {location.text} is {readings[0]} or {readings[1]}"
    why = "no cell of the column has a day after the 12th, so nothing tells whether the day or the month comes first"
    lines = [time_key(columns, each.formats[0]) for each in error.readings]
    help = (f"write `{lines[0]}` if the day comes first", f"write `{lines[1]}` if the month comes first")
    raise SpecError.of("ambiguous-time", message, *help, span=location.span, why=why)


def refuse_cell(cells: Cells, columns: Sequence[str], texts: pl.Series, found: ParsedTimes) -> NoReturn:
    """Raise SpecError at the first cell that is no time."""
    row = found.failed or 0
    location, text = cells.location(row, columns[0]), str(texts[row])
    short = short_year_formats_of(text)
    if short:
        message, why = (
            f"the year of `{text}` on {location.text} has two digits",
            "99 is 1999 to some and 2099 to others",
        )
        helps = [
            f"write `{time_key(columns, each)}`"
            for each in short
            if parse(texts, each).null_count() == texts.null_count()
        ]
        raise SpecError.of(
            "not-a-time", message, *(helps or ["write the years with four digits"]), span=location.span, why=why
        )
    message = f"`{text}` on {location.text} is not a time"
    why, help = _lesson(columns, text, found, row)
    raise SpecError.of("not-a-time", message, *cells.advice_on_key(row), help, span=location.span, why=why)


def _lesson(columns: Sequence[str], text: str, found: ParsedTimes, row: int) -> tuple[str, str]:
    """Return why a text is no time, and what to do about it."""
    correct = "correct the cell or remove the row"
    forms = formats_of(text)
    if forms and all(parse(pl.Series([text]), form)[0] is None for form in forms):
        return f"written as `{forms[0]}`, it is no day of the calendar from the year 1000 to 2999", correct
    if found.formats and row:
        return f"the cells before it are written as `{found.formats[0]}`", correct
    if CLOCK.fullmatch(text):
        named = to_inline_yaml(columns[0])
        return "a time of day does not tell the day", f"name the column of dates too: `time: [Date, {named}]`"
    return "", f"say how times are written: `{time_key(columns, '%d/%m/%Y %H:%M')}`"


def refuse_numbers(cells: Cells, column: str) -> NoReturn:
    """Raise SpecError for numbers that are no times."""
    location = cells.location(0, column)
    message = f"`{cells.frame[column][0]}` on {location.text} is not a time"
    why = "a number is a time as 20100131, 201001, a year of four digits, or seconds since 1970"
    help = f"write `order: {to_inline_yaml(column)}` in place of `time` if it counts the rows"
    raise SpecError.of("not-a-time", message, help, span=location.span, why=why)


def refuse_group(cells: Cells, column: str, order: Sequence[str]) -> NoReturn:
    """Raise SpecError for a column of names among those of an order."""
    location = cells.location(0, column)
    rest = [name for name in order if name != column]
    message = f"`order` names `{column}`, which holds texts such as `{cells.frame[column][0]}`"
    why = "a text tells one series from the next; windows would cross from each series into the one after it"
    named = to_inline_yaml(rest[0] if len(rest) == 1 else rest)
    help = f"write `group: {to_inline_yaml(column)}` and `order: {named}`"
    raise SpecError.of("text-order", message, help, span=location.span, why=why)


def refuse_texts(cells: Cells, column: str, row: int) -> NoReturn:
    """Raise SpecError at the first text that sorting would move."""
    location = cells.location(row, column)
    message = (
        f"`order` names `{column}`, and `{cells.frame[column][row]}` on {location.text} is neither a number nor a time"
    )
    why = "sorted as text, the rows would be in another order than in the file"
    helps = (
        "leave `order` out if the rows are in order as they are",
        f"write `group: {to_inline_yaml(column)}` if it tells one series from the next",
    )
    raise SpecError.of("text-order", message, *helps, span=location.span, why=why)


def refuse_skipped(cells: Cells, time: TimeColumns, row: int) -> NoReturn:
    """Raise SpecError at a local time that summer time left out."""
    location = cells.location(row, time.columns[0])
    message = f"{location.text} is a time that did not exist in {time.zone}: summer time skipped it"
    help = "leave `zone` out if the clock never changed, or correct the row"
    raise SpecError.of("not-a-time", message, help, span=location.span)

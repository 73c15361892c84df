"""Errors about columns that cannot order rows, with advice on what to write instead."""

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
    """Return the line of a spec with the format of times in some columns.

    >>> time_key(["Date"], "%d/%m/%Y")
    "time: {columns: Date, format: '%d/%m/%Y'}"
    """
    named = columns[0] if len(columns) == 1 else list(columns)
    return f"time: {to_inline_yaml({'columns': named, 'format': format})}"


def refuse_ambiguous(cells: Cells, columns: Sequence[str], texts: pl.Series, error: AmbiguousTimeError) -> NoReturn:
    """Raise SpecError with both meanings of a cell."""
    location = cells.location(error.row, columns[0])
    readings = [f"{each.moments[error.row]:%-d %B %Y}" for each in error.readings]
    message = f"`{texts[error.row]}` on {location.text} could be {readings[0]} or {readings[1]}"
    why = "no day in the column is after the 12th, so it is unclear whether the day or the month comes first"
    lines = [time_key(columns, each.formats[0]) for each in error.readings]
    help = (f"write `{lines[0]}` if the day comes first", f"write `{lines[1]}` if the month comes first")
    raise SpecError.of("ambiguous-time", message, *help, span=location.span, why=why)


def refuse_cell(cells: Cells, columns: Sequence[str], texts: pl.Series, found: ParsedTimes) -> NoReturn:
    """Raise SpecError at the first cell that is not a time."""
    row = found.failed or 0
    location, text = cells.location(row, columns[0]), str(texts[row])
    short = short_year_formats_of(text)
    if short:
        message, why = (
            f"the year of `{text}` on {location.text} has two digits",
            "a year of two digits is ambiguous: 99 could be 1999 or 2099",
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
    """Return why a text is not a time, and what to do about it."""
    correct = "correct the cell or remove the row"
    forms = formats_of(text)
    if forms and all(parse(pl.Series([text]), form)[0] is None for form in forms):
        return f"in the format `{forms[0]}`, it is not a date between the years 1000 and 2999", correct
    if found.formats and row:
        return f"the cells before it have the format `{found.formats[0]}`", correct
    if CLOCK.fullmatch(text):
        named = to_inline_yaml(columns[0])
        return "the text is a time of day without a date", f"add the column of dates: `time: [Date, {named}]`"
    return "", f"write the format of the times: `{time_key(columns, '%d/%m/%Y %H:%M')}`"


def refuse_numbers(cells: Cells, column: str) -> NoReturn:
    """Raise SpecError for numbers that are not times."""
    location = cells.location(0, column)
    message = f"`{cells.frame[column][0]}` on {location.text} is not a time"
    why = "numbers are times if they look like 20100131 or 201001, are four-digit years, or count seconds since 1970"
    help = f"write `order: {to_inline_yaml(column)}` instead of `time` if the column counts the rows"
    raise SpecError.of("not-a-time", message, help, span=location.span, why=why)


def refuse_group(cells: Cells, column: str, order: Sequence[str]) -> NoReturn:
    """Raise SpecError for a column of names in `order`."""
    location = cells.location(0, column)
    rest = [name for name in order if name != column]
    message = f"`order` lists the column `{column}`, which contains texts such as `{cells.frame[column][0]}`"
    why = "texts usually name different series, and without groups, windows would cross from one series into the next"
    named = to_inline_yaml(rest[0] if len(rest) == 1 else rest)
    help = f"write `group: {to_inline_yaml(column)}` and `order: {named}`"
    raise SpecError.of("text-order", message, help, span=location.span, why=why)


def refuse_texts(cells: Cells, column: str, row: int) -> NoReturn:
    """Raise SpecError at the first text that sorting would move."""
    location = cells.location(row, column)
    text = cells.frame[column][row]
    message = f"`order` lists `{column}`, but `{text}` on {location.text} is neither a number nor a time"
    why = "sorting by text would change the order of the rows in the file"
    helps = (
        "remove `order` if the rows are already in order",
        f"write `group: {to_inline_yaml(column)}` if the texts name different series",
    )
    raise SpecError.of("text-order", message, *helps, span=location.span, why=why)


def refuse_skipped(cells: Cells, time: TimeColumns, row: int) -> NoReturn:
    """Raise SpecError at a local time that does not exist because summer time began."""
    location = cells.location(row, time.columns[0])
    message = f"{location.text} is a time that does not exist in {time.zone}, because summer time skips it"
    help = "remove `zone` if the clock was never changed, or correct the row"
    raise SpecError.of("not-a-time", message, help, span=location.span)

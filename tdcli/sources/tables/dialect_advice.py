"""Advice on the dialect of a table, for a file that is written in another dialect than the spec's."""

from __future__ import annotations

import re
from pathlib import Path

from tdcli.sources.tables.dialect import NO_HEADER, PLAIN, Dialect, dialect_line
from tdcli.sources.tables.dialect_guess import NUMBER_FORMS, DialectGuess, guess_dialect
from tdcli.sources.tables.formats import CSV, table_format
from tdcli.sources.tables.header import MARK_WORDS
from tdcli.sources.tables.text import DAMAGED

SIGNED = re.compile(r"[^\w\s]{0,2} ?[0-9][0-9.,]*(?: ?(?:[^\w\s]|[^\W\d_]{1,3}))?$")
"""A number with a currency, a percent sign, a short unit or a typographic minus."""

Misreading = tuple[str, str]
"""A property of a file that the spec does not have, and the help."""


def misread_columns(path: Path, dialect: Dialect) -> Misreading | None:
    """Return why the columns of a file may be misread; None if its dialect does not seem to be the cause."""
    guess = _guess(path)
    if guess is None:
        return None
    found, separator = guess.dialect, guess.dialect.separator_of(path)
    if separator != dialect.separator_of(path):
        return f"separates its columns with {MARK_WORDS[separator]}", _write_line("separator", separator)
    if found.comment and dialect.comment is None:
        return f"has comment lines that start with `{found.comment}`", _write_line("comment", found.comment)
    if found.header == dialect.header or isinstance(dialect.header, tuple):
        return None
    if found.header == NO_HEADER:
        return "has no header line", f"{_write_line('header', NO_HEADER)}, or a list of column names"
    if dialect.header == NO_HEADER and not isinstance(found.header, int):
        return None
    return f"has its column names on line {found.header}", _write_line("header", found.header)


def number_advice(text: str, line: int, path: Path, dialect: Dialect, skip: int) -> tuple[str, ...]:
    """Return the advice for a cell of text that may be a number, a unit or part of a comment."""
    guess = _guess(path)
    if guess is None:
        return ()
    found = list(unit_advice(line, path, dialect, skip))
    if guess.dialect.comment and dialect.comment is None:
        found.append(f"if it is a comment: `{dialect_line('comment', guess.dialect.comment)}`")
    forms = (form for form in (guess.dialect, *NUMBER_FORMS) if re.match(form.number, text))
    keys = next((_differing(form, dialect) for form in forms), {})
    if keys:
        lines = " and ".join(f"`{dialect_line(key, value)}`" for key, value in keys.items())
        found.append(f"if it is a number: {lines}")
    elif re.match(SIGNED, text):
        found.append("if it is a number: write it in the file without a currency, a percent sign or a unit")
    return tuple(found)


def unit_advice(line: int, path: Path, dialect: Dialect, skip: int) -> tuple[str, ...]:
    """Return the advice for a cell on a line that may hold units."""
    guess, begin = _guess(path), dialect.header if isinstance(dialect.header, int) else 0
    if guess is None or not skip < guess.skip or line > begin + guess.skip:
        return ()
    return (f"if it is a unit: `{dialect_line('skip', guess.skip)}`",)


def _guess(path: Path) -> DialectGuess | None:
    if table_format(path) is not CSV or not path.is_file():
        return None
    try:
        return guess_dialect(path)
    except DAMAGED:
        return None


def _differing(form: Dialect, dialect: Dialect) -> dict[str, str]:
    """Return the keys of the number format that differ between a form and a dialect."""
    pairs = {key: (getattr(form, key), getattr(dialect, key)) for key in ("decimal", "thousands")}
    return {key: own or getattr(PLAIN, key) for key, (own, given) in pairs.items() if own != given and own}


def _write_line(key: str, value: object) -> str:
    return f"write `{dialect_line(key, value)}`"

"""Read Weka's dense ARFF format, one row per instance.

https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.header import TableError, undecodable
from tdcli.sources.tables.text import open_text

CELL = re.compile(r"""\s*('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^,'"]*)\s*(,|\t|$)""")
ATTRIBUTE = re.compile(r"""@attribute\s+('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\S+)\s+(.+)""", re.IGNORECASE)
NUMERIC = ("numeric", "real", "integer")
MISSING = "?"


class Attribute(NamedTuple):
    """A column of kind `numeric`, `nominal`, `string` or `date`. `values`: the values of a nominal column."""

    name: str
    kind: str
    values: tuple[str, ...] = ()


class Instance(NamedTuple):
    """The cells of a row, None for a missing one, and its line in the file, counted from 1."""

    line: int
    cells: list[str | None]


def arff_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return the names of the attributes. Raises TableError."""
    return tuple(each.name for each in read_attributes(path, dialect))


def read_attributes(path: Path, dialect: Dialect) -> tuple[Attribute, ...]:
    """Return the attributes declared before `@data`. Raises TableError."""
    attributes = []
    for number, line in _arff_lines(path, dialect):
        if line.lower().startswith("@attribute"):
            attributes.append(_attribute(line, number))
        if line.lower().startswith("@data"):
            break
    else:
        raise TableError("is not an ARFF file: it has no `@data`", "save the file as ARFF again")
    if not attributes:
        raise TableError("is not an ARFF file: it has no `@attribute`", "save the file as ARFF again")
    return tuple(attributes)


def read_instances(path: Path, dialect: Dialect) -> Iterator[Instance]:
    """Yield the rows after `@data`. Raises TableError with the line of the first invalid row."""
    attributes = read_attributes(path, dialect)
    lines = _arff_lines(path, dialect)
    next(number for number, line in lines if line.lower().startswith("@data"))
    for number, line in lines:
        yield Instance(number, _instance_cells(line, number, attributes))


def _arff_lines(path: Path, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments."""
    try:
        with open_text(path, dialect) as file:
            for number, line in enumerate(file, start=1):
                text = line.strip().removeprefix("\ufeff")
                if text and not text.startswith("%"):
                    yield number, text
    except UnicodeError as error:
        raise TableError(*undecodable(error, path, dialect)) from None


def _attribute(line: str, number: int) -> Attribute:
    found = ATTRIBUTE.match(line)
    if not found:
        raise TableError(f"line {number}: an attribute has no type", "write `@attribute NAME numeric`")
    name, kind = _unquote(found[1]), found[2].strip()
    if kind.startswith("{"):
        values = _split_cells(kind.strip("{} "), number)
        return Attribute(name, "nominal", tuple(each for each in values if each is not None))
    word = kind.split()[0].lower()
    if word in NUMERIC:
        return Attribute(name, "numeric")
    if word in ("string", "date"):
        return Attribute(name, word)
    raise TableError(f"line {number}: `{name}` is of type `{word}`", "use numeric, nominal, string or date attributes")


def _instance_cells(line: str, number: int, attributes: tuple[Attribute, ...]) -> list[str | None]:
    if line.startswith("{"):
        raise TableError(f"line {number} is a sparse instance", "save the file with a value for every attribute")
    cells = _split_cells(line, number)
    if len(cells) != len(attributes):
        message = f"line {number} has {len(cells)} cells, but there are {len(attributes)} attributes"
        raise TableError(message, "put text that contains a comma in quotes")
    for cell, attribute in zip(cells, attributes, strict=True):
        if cell is not None and attribute.values and cell not in attribute.values:
            message = f"line {number}: `{attribute.name}` is `{cell}`, which is not a value of its `@attribute`"
            raise TableError(message, f"add the value to the line of `@attribute {attribute.name}`")
    return cells


def _split_cells(line: str, number: int) -> list[str | None]:
    """Return the cells of a line without their quotes, None for `?`."""
    cells: list[str | None] = []
    place, end = 0, ","
    while end:
        found = CELL.match(line, place)
        if not found:
            raise TableError(f"line {number} has a quote that is not closed", "close the quote")
        text, place, end = found[1].strip(), found.end(), found[2]
        cells.append(None if text == MISSING else _unquote(text))
    return cells


def _unquote(text: str) -> str:
    """Return a text without the quotes around it and without the backslashes of escapes."""
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in ("'", '"') and len(text) > 1 else text

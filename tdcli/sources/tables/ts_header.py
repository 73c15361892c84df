"""Read the `.ts` files of sktime and the UEA archive as a long table with one row per timestep.

https://www.sktime.net/en/stable/api_reference/file_specifications/ts.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.header import TableError, undecodable
from tdcli.sources.tables.text import open_text

MISSING = ("?", "NaN", "")


class Case(NamedTuple):
    """A sequence: its line in the file, counted from 1; its dimensions, `(dimensions, time)`; its label."""

    line: int
    dimensions: list[list[str | None]]
    label: str | None

    def steps(self) -> Iterator[tuple[str | None, ...]]:
        """Yield the timesteps. A dimension that is shorter than another has missing values at its end."""
        yield from zip_longest(*self.dimensions)


def ts_columns(path: Path, dialect: Dialect) -> tuple[str, ...]:
    """Return `sequence`, `step`, `dim_0` and so on, and `label` if the file has labels. Raises TableError."""
    first = next(read_cases(path, dialect), None)
    if first is None:
        raise TableError("has no sequences after `@data`", "download the file again")
    names = (f"dim_{place}" for place in range(len(first.dimensions)))
    return ("sequence", "step", *names, *(("label",) if first.label is not None else ()))


def read_cases(path: Path, dialect: Dialect) -> Iterator[Case]:
    """Yield the sequences after `@data`. Raises TableError with the line of the first invalid one."""
    described: dict[str, str] = {}
    width = None
    for number, line in _ts_lines(path, dialect):
        if "data" not in described:
            key, _, value = line.removeprefix("@").partition(" ")
            described[key.lower()] = value.strip().lower()
            _refuse_description(line, number, described)
            continue
        case = _case(line, number, labelled=_is_labelled(described))
        width = width or len(case.dimensions)
        if len(case.dimensions) != width:
            message = f"line {number} has {len(case.dimensions)} dimensions, but the first sequence has {width}"
            raise TableError(message, "correct the line")
        yield case
    if "data" not in described:
        raise TableError("is not a `.ts` file: it has no `@data`", "download the file again")


def _refuse_description(line: str, number: int, described: dict[str, str]) -> None:
    if not line.startswith("@"):
        raise TableError(f"line {number} is before `@data`", "add a line `@data` before the sequences")
    if described.get("timestamps") == "true":
        raise TableError("has timestamps between its values", "save it with `@timeStamps false`")


def _is_labelled(described: dict[str, str]) -> bool:
    """Return whether each sequence ends with a class or, for regression, a number."""
    return any(described.get(key, "").startswith("true") for key in ("classlabel", "targetlabel"))


def _case(line: str, number: int, *, labelled: bool) -> Case:
    *dimensions, label = line.split(":") if labelled else (*line.split(":"), "")
    if not dimensions:
        message = f"line {number} has no label, but the file declares labels"
        raise TableError(message, "write `@classLabel false`, or end each line with `:` and its label")
    cells = [[_cell_or_none(each) for each in re.split(r",\s*", dimension.strip())] for dimension in dimensions]
    return Case(number, cells, label.strip() if labelled else None)


def _cell_or_none(text: str) -> str | None:
    return None if text.strip() in MISSING else text.strip()


def _ts_lines(path: Path, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Yield the lines that are neither blank nor comments."""
    try:
        with open_text(path, dialect) as file:
            for number, line in enumerate(file, start=1):
                text = line.strip().removeprefix("\ufeff")
                if text and not text.startswith(("#", "%")):
                    yield number, text
    except UnicodeError as error:
        raise TableError(*undecodable(error, path, dialect)) from None

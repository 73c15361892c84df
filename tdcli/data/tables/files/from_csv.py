"""Read a text table into columns of texts and numbers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import LARGEST, ColumnRequest, clean, without_marks
from tdcli.data.tables.files.csv_text import CsvText, normalize_text, read_rows
from tdcli.data.tables.files.number_texts import check_decimal_marks, normalize_numbers
from tdcli.sources.tables.columns import numeric_marks
from tdcli.sources.tables.dialect import Dialect, is_compressed
from tdcli.sources.tables.header import TextHeader, read_text_header
from tdcli.sources.tables.text import detect_encoding
from tdcli.text.diagnostic import Span
from tdcli.text.errors import SpecError

TAIL = 4096
"""Bytes that are read at a time, backwards from the end of a file, to find empty rows."""

UNPARSED = (pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What Polars raises for a text that it cannot split into cells, or for an invalid number."""

CHUNK = 2**24
"""Bytes that are read at a time to count lines."""


def read_csv(path: Path, request: ColumnRequest, missing: list[str], dialect: Dialect) -> Cells:
    """Read columns in the requested types. If a number is invalid, all cells are texts, which diagnostics can quote.

    Polars parses a plain file, in which every row is a line of UTF-8, directly. Any other text is normalized first.
    Raises SpecError or TableError.
    """
    header = read_text_header(path, dialect)
    columns = _Columns(header, request, missing, dialect, path)
    if _is_plain_text(path, dialect, header):
        with suppress(*UNPARSED, OSError):
            frame = columns.of_plain()
            if frame is not None:
                lines = np.arange(header.last + 1, header.last + 1 + frame.height, dtype=np.int32)
                return Cells.of_file(path, frame, lines, request)
    return columns.of_text(normalize_text(path, dialect, header))


def _is_plain_text(path: Path, dialect: Dialect, header: TextHeader) -> bool:
    """Return whether Polars can read the numbers from the file directly."""
    one_line = header.first == header.last and dialect.comment is None
    in_utf_8 = detect_encoding(path, dialect).lower() in ("utf-8", "utf-8-sig", "utf8")
    is_plain = one_line and in_utf_8 and not is_compressed(path) and dialect.has_plain_numbers
    return is_plain and not _opens_quote(_last_bytes(path), dialect.separator_of(path))


class _Columns:
    """Reads the requested columns of a file."""

    def __init__(
        self, header: TextHeader, request: ColumnRequest, missing: list[str], dialect: Dialect, path: Path
    ) -> None:
        self.header, self.request, self.missing = header, request, missing
        self.types = request.types()
        self.dialect, self.path, self.separator = dialect, path, dialect.separator_of(path)

    def of_plain(self) -> pl.DataFrame | None:
        """Parse a file in which every row is a line; return None for other files. Raises PolarsError."""
        skipped = self.header.first - 1
        raw = pl.read_csv(self.path, n_rows=0, separator=self.separator, skip_lines=skipped).columns
        if len(raw) != self.header.width:
            return None
        frame = self._parsed(self.path, raw, skipped)
        if _count_lines(self.path) not in (frame.height + self.header.last, frame.height + self.header.last - 1):
            return None
        frame = frame.head(frame.height - _empty_rows_at_end(self.path, self.separator))
        has_empty_lines = frame.width > 1 and min(frame.null_count().row(0)) > 0
        return None if has_empty_lines or self._ends_empty(frame) is not None else self._numbers(frame)

    def of_text(self, text: CsvText) -> Cells:
        """Parse a text with numbers as numbers. If that fails, return all cells as texts. Raises SpecError."""
        has_numbers = self.dialect.has_plain_numbers or self._has_decimal_commas_alone(text)
        if has_numbers and not _opens_quote(text.body[-2:], self.separator):
            with suppress(*UNPARSED):
                frame = self._parsed(text.file(), text.columns, 0)
                numbers = self._numbers(frame) if self._fits(frame, text.lines) else None
                if numbers is not None:
                    return self._cells(numbers, text.lines)
        frame, lines = self._texts(text)
        self._refuse_unnamed(frame, lines)
        return self._cells(self._cleaned(frame, lines), lines)

    def _cells(self, frame: pl.DataFrame, lines: Array) -> Cells:
        return Cells.of_file(self.path, frame, lines, self.request)

    def _has_decimal_commas_alone(self, text: CsvText) -> bool:
        """Return whether Polars can read the decimal commas. It would also accept points, which may mark thousands."""
        return self.dialect.decimal == "," and self.dialect.thousands is None and b"." not in text.body

    def _parsed(self, source: Path | IO[bytes], raw: list[str], skipped: int) -> pl.DataFrame:
        """Parse all columns, so that lines with too many cells are found, and name them as in the header."""
        known = {own: self.types.get(name, pl.String) for own, name in zip(raw, self.header.names, strict=False)}
        known |= dict.fromkeys(raw[len(self.header.names) :], pl.String)
        overrides = {own: dtype for own, dtype in known.items() if dtype is not None}
        frame = pl.read_csv(
            source,
            separator=self.separator,
            skip_lines=skipped,
            schema_overrides=overrides,
            null_values=self.missing,
            decimal_comma=self.dialect.decimal == ",",
        )
        return frame.rename(dict(zip(frame.columns, self._own_names(), strict=True)))

    def _own_names(self) -> list[str]:
        """Return a name for each cell of a line. Cells beyond the named columns are named by their position."""
        return [*self.header.names, *(f"\0{place}" for place in range(len(self.header.names), self.header.width))]

    def _fits(self, frame: pl.DataFrame, lines: Array) -> bool:
        return frame.height == len(lines) and self._ends_empty(frame) is None

    def _ends_empty(self, frame: pl.DataFrame) -> int | None:
        """Return the first row that has a cell in a column without a name; None if there is none."""
        beyond = self._own_names()[len(self.header.names) :]
        there = [frame[name].is_not_null().arg_true() for name in beyond]
        return min((int(rows[0]) for rows in there if len(rows)), default=None)

    def _numbers(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """Return the requested columns; None if a number is too large for float32."""
        stands_for_nothing = numeric_marks(self.missing)
        columns = [
            clean(name, self.missing, numbers=dtype is None)
            if frame[name].dtype == pl.String
            else without_marks(pl.col(name), stands_for_nothing)
            for name, dtype in self.types.items()
        ]
        frame = frame.select(columns)
        within = frame.select(pl.col(pl.Float64).is_between(-LARGEST, LARGEST))  # makes no copy of the numbers
        return frame if all(column.all() for column in within) else None

    def _texts(self, text: CsvText) -> tuple[pl.DataFrame, Array]:
        """Return all cells as texts. Python's csv module splits them if Polars fails or finds other rows."""
        with suppress(*UNPARSED):
            frame = pl.read_csv(text.file(), separator=self.separator, infer_schema=False)
            if frame.height == len(text.lines) and frame.width == self.header.width:
                return frame.rename(dict(zip(frame.columns, self._own_names(), strict=True))), text.lines
        rows = read_rows(self.path, self.dialect, self.header)
        return pl.DataFrame(rows.cells, schema=dict.fromkeys(self._own_names(), pl.String), orient="row"), rows.lines

    def _cleaned(self, frame: pl.DataFrame, lines: Array) -> pl.DataFrame:
        """Return the requested columns as texts, with numbers in Python's notation."""
        if not self.dialect.has_plain_numbers:
            numbers = [name for name, dtype in self.types.items() if dtype is pl.Float64]
            check_decimal_marks(frame.select(numbers), lines, self.missing, self.dialect, self.path)
        return frame.select(
            clean(name, self.missing)
            if dtype is pl.String
            else clean(name, self.missing, normalize_numbers(name, self.dialect), numbers=True)
            for name, dtype in self.types.items()
        )

    def _refuse_unnamed(self, frame: pl.DataFrame, lines: Array) -> None:
        row = self._ends_empty(frame)
        if row is None:
            return
        line = int(lines[row])
        message = f"line {line} of `{self.path}` has a value in a column without a name"
        raise SpecError.of("unreadable-data", message, "name the column in the header", span=Span(str(self.path), line))


def _last_bytes(path: Path) -> bytes:
    """Return the last two bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2))
        return file.read()


def _opens_quote(end: bytes, separator: str) -> bool:
    """Return whether a text may end with an unclosed quote, which can make Polars panic in a column of numbers."""
    return end in (b'"', b'\n"', b'\r"', separator.encode() + b'"')


def _count_lines(path: Path) -> int:
    """Return the number of line ends in a file; -1 if some are carriage returns alone.

    If a quoted cell contains a line break, there are more lines than rows.
    """
    count = 0
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            whole = chunk + file.read(1) if chunk.endswith(b"\r") else chunk
            returns = whole.count(b"\r")
            if returns and returns != whole.count(b"\r\n"):  # the second search takes ten times as long
                return -1
            count += whole.count(b"\n")
    return count


def _empty_rows_at_end(path: Path, separator: str) -> int:
    """Return the number of rows at the end of a file that contain only separators."""
    tail, blank = b"", b"\r\n" + separator.encode()
    with path.open("rb") as file:
        place = path.stat().st_size
        while place and not tail.rstrip(blank):
            place = max(0, place - TAIL)
            file.seek(place)
            tail = file.read()
    rest = tail[len(tail.rstrip(blank)) :].split(b"\n")
    return max(0, len(rest) - 1 - (not rest[-1]))

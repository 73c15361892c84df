"""Write the lines that read a table's file, in the dialect of the spec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tdcli.script.python import Call, KeywordArgument, literal, wrapped_lines
from tdcli.sources.tables.columns import numeric_marks
from tdcli.sources.tables.dialect import Dialect, is_compressed
from tdcli.sources.tables.formats import CSV, PARQUET, table_format
from tdcli.sources.tables.header import TextHeader, read_text_header
from tdcli.sources.tables.table import Table
from tdcli.sources.tables.text import detect_encoding, open_bytes
from tdcli.text.errors import SpecError

CHUNK = 2**24
"""Bytes that are read at once to look for line ends."""


def file_lines(section: Table, path: Path, written: str) -> list[str]:
    """Return what makes `table`; `written` is the file's path in the spec. Raises SpecError."""
    found = table_format(path)
    given = f"FOLDER / {literal(written)}"
    if found is PARQUET:
        return [
            *wrapped_lines("table = ", Call("pl.read_parquet", (given,))),
            *_skip_lines(section),
            *_mark_lines(section),
        ]
    if found is not CSV:
        _refuse_file(f"`{path.suffix}` files", "save the table as CSV or Parquet")
    dialect = section.dialect
    _refuse_text(dialect, path)
    header = read_text_header(path, dialect)
    arguments = (given, "infer_schema_length=None", *_reader_arguments(section, dialect, header, path))
    body = wrapped_lines("table = ", Call("pl.read_csv", arguments))
    if header.width > len(header.names):
        body.append("table = table.filter(~pl.all_horizontal(pl.all().is_null()))")
    skipped = [] if _has_names(header) else _skip_lines(section)
    return [*body, *skipped, *_mark_lines(section)]


def _has_names(header: TextHeader) -> bool:
    """Say whether Polars can read the names from a line of the file."""
    return header.last > 0 and not header.lacks_name


def _skip_lines(section: Table) -> list[str]:
    return [f"table = table[{section.skip}:]"] if section.skip else []


def _reader_arguments(section: Table, dialect: Dialect, header: TextHeader, path: Path) -> Iterator[KeywordArgument]:
    if section.na_values:
        yield KeywordArgument("null_values", literal(list(section.na_values)))
    if dialect.separator_of(path) != ",":
        yield KeywordArgument("separator", literal(dialect.separator_of(path)))
    if dialect.decimal == ",":
        yield KeywordArgument("decimal_comma", "True")
    encoding = detect_encoding(path, dialect)
    if encoding not in ("utf-8", "utf-8-sig"):
        yield KeywordArgument("encoding", literal(encoding))
    if dialect.comment:
        yield KeywordArgument("comment_prefix", literal(dialect.comment))
    yield from _header_arguments(section, header)


def _header_arguments(section: Table, header: TextHeader) -> Iterator[KeywordArgument]:
    if not _has_names(header):
        yield KeywordArgument("has_header", "False")
        if header.last:
            yield KeywordArgument("skip_lines", str(header.last))
        yield KeywordArgument("new_columns", literal(list(header.names)))
        return
    if section.header != 1:
        yield KeywordArgument("skip_lines", str(header.first - 1))
    if section.skip:
        yield KeywordArgument("skip_rows_after_header", str(section.skip))


def _mark_lines(section: Table) -> list[str]:
    """Return the lines that take numbers out which stand for what was not measured, however they are written."""
    found = numeric_marks(section.na_values)
    if not found:
        return []
    return [
        "numbers = pl.selectors.numeric().cast(pl.Float64)",
        *wrapped_lines(
            "table = ", Call("table.with_columns", (f"pl.when(~numbers.is_in({list(found)})).then(numbers)",))
        ),
    ]


def _refuse_text(dialect: Dialect, path: Path) -> None:
    """Refuse what Polars does not read by itself. Raises SpecError."""
    if dialect.thousands:
        _refuse_file("thousands separators", "save the table with plain numbers")
    if not is_compressed(path) and _has_bare_returns(path):
        _refuse_file("lines that end with a carriage return only", "save the table with line feeds")


def _has_bare_returns(path: Path) -> bool:
    with open_bytes(path) as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            whole = chunk + file.read(1) if chunk.endswith(b"\r") else chunk
            if b"\0" not in whole and whole.count(b"\r") != whole.count(b"\r\n"):
                return True
    return False


def _refuse_file(what: str, help: str) -> None:
    message = f"the script does not support {what}"
    raise SpecError.of("cannot-write-script", message, f"`tdcli train` can read it; {help}")

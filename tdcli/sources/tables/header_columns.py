"""Return the columns of a table file, or a diagnostic if they cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tdcli.sources.core.paths import diagnose_unreadable
from tdcli.sources.core.section import DataDiagnostic
from tdcli.sources.tables.dialect import PLAIN, Dialect
from tdcli.sources.tables.dialect_advice import misread_columns
from tdcli.sources.tables.formats import read_header
from tdcli.sources.tables.header import TableError
from tdcli.text.key_path import KeyPath
from tdcli.text.nearest import suggest

MOST_COMPARED = 40_000
"""Pairs of names that are compared for suggestions; a thousand take 40 ms. Further columns get no suggestion."""


def table_columns(file: Path, key_path: KeyPath, dialect: Dialect = PLAIN) -> tuple[str, ...] | DataDiagnostic:
    """Return a file's columns, or a diagnostic if it cannot be read."""
    diagnostic = diagnose_unreadable(file, key_path)
    if diagnostic:
        return diagnostic
    try:
        return read_header(file, dialect)
    except TableError as error:
        return DataDiagnostic(key_path, error.name, f"`{file}` {error}", help=(error.help,))


def diagnose_columns(
    named: Mapping[KeyPath, str],
    columns: tuple[str, ...],
    file: Path,
    dialect: Dialect = PLAIN,
    key_path: KeyPath = ("path",),
) -> list[DataDiagnostic]:
    """Return a diagnostic for each named column that a file lacks, or a single one if its dialect seems to be wrong.

    named: the columns by the key paths that name them. key_path: the path of the key that names the file.
    """
    known = frozenset(columns)
    unknown = {own: name for own, name in named.items() if name not in known}
    misread = misread_columns(file, dialect) if unknown else None
    if misread:
        message, help = misread
        return [DataDiagnostic(key_path, "unreadable-data", f"`{file}` {message}", help=(help,))]
    compared = max(1, MOST_COMPARED // max(1, len(columns)))
    return [
        DataDiagnostic(
            own,
            "unknown-column",
            f"`{file.name}` has no column `{name}`",
            help=(suggest(name, columns),) if place < compared else (),
        )
        for place, (own, name) in enumerate(unknown.items())
    ]

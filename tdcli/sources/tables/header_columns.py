"""The columns of a table's file, or what keeps them from being read."""

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
"""Pairs of names; a thousand take 40 ms. Of more unknown columns the last are told without a suggestion."""


def table_columns(file: Path, key_path: KeyPath, dialect: Dialect = PLAIN) -> tuple[str, ...] | DataDiagnostic:
    """Return a file's columns, or why it cannot be read."""
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
    """Return a diagnostic for each named column that a file does not have; one at `key_path` if its dialect differs."""
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

"""Find the file of the test set in the folder of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from tdcli.guess.core.table_file import TableFile
from tdcli.sources.core.section import DataDiagnostic
from tdcli.sources.tables.header_columns import table_columns

TRAIN = re.compile(r"(?<![A-Za-z])train(?:ing)?(?![a-z])", re.IGNORECASE)


def find_test_file(table: TableFile, read: Sequence[str]) -> str | None:
    """Return `X_test.csv` for `X_train.csv` as the spec writes it, if the file exists and has all columns in `read`."""
    name = TRAIN.sub(_test_word, table.path.name)
    path = table.path.with_name(name)
    if name == table.path.name or not path.is_file() or not _has_columns(path, table, read):
        return None
    return PurePosixPath(table.written).with_name(name).as_posix()


def _test_word(found: re.Match[str]) -> str:
    return {"train": "test", "TRAIN": "TEST", "Train": "Test"}.get(found[0], "test")


def _has_columns(path: Path, table: TableFile, read: Sequence[str]) -> bool:
    columns = table_columns(path, (), table.dialect.dialect)
    return not isinstance(columns, DataDiagnostic) and {*read} <= {*columns}

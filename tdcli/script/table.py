"""Write `read_table()`, which reads the model's columns of a CSV file, sorted and with missing cells filled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tdcli.script.python import Call, function_lines, literal, wrapped_lines
from tdcli.script.sorting import sort_lines
from tdcli.script.table_file import file_lines
from tdcli.sources.tables.columns import FOR_ALL, Encoding
from tdcli.sources.tables.table import Table
from tdcli.text.errors import SpecError


def table_lines(section: Table, columns: tuple[str, ...], what: str, folder: Path) -> list[str]:
    """Return the function. Raises SpecError for what the script does not support."""
    _refuse_section(section)
    body = file_lines(section, folder / section.path[0], section.path[0])
    body += sort_lines(section, folder / section.path[0])
    if is_filled(section, section.target):
        measured = tuple(f"pl.col({literal(name)}).is_not_null()" for name in section.target)
        alone = f"measured={measured[0]}"
        body += wrapped_lines(
            "table = ", Call("table.with_columns", (alone,) if len(measured) == 1 else (_all_measured(measured),))
        )
    for column in columns:
        body += _fill_lines(section, column)
    for column, encoding in section.encode.items():
        body += _encode_lines(column, encoding)
    body.append("return table")
    return function_lines("def read_table() -> pl.DataFrame:", what, body)


def encoded_names(section: Table, features: tuple[str, ...]) -> list[str]:
    """Return the columns after encoding."""
    return [name for feature in features for name in _names_after_encoding(section, feature)]


def _names_after_encoding(section: Table, feature: str) -> list[str]:
    encoding = section.encode.get(feature)
    if encoding is None or encoding.form == "integer":
        return [feature]
    return [f"{feature}={value}" for value in encoding.values or ()]


def _all_measured(expressions: tuple[str, ...]) -> str:
    return f"measured=pl.all_horizontal({', '.join(expressions)})"


def is_filled(section: Table, columns: tuple[str, ...]) -> bool:
    """Say whether missing cells of some of the columns are filled in."""
    return any(section.missing.get(name, section.missing.get(FOR_ALL, "error")) != "error" for name in columns)


def _fill_lines(section: Table, column: str) -> Iterator[str]:
    policy = section.missing.get(column, section.missing.get(FOR_ALL, "error"))
    if policy == "error":
        return
    filled = ".forward_fill()" if policy == "forward-fill" else f".fill_null({policy:g})"
    yield from wrapped_lines("table = ", Call("table.with_columns", (f"pl.col({literal(column)}){filled}",)))


def _encode_lines(column: str, encoding: Encoding) -> Iterator[str]:
    values = literal(list(encoding.values or ()))
    yield f"for value in {values}:"
    yield f"    is_value = pl.col({literal(column)}) == value"
    yield f'    table = table.with_columns(is_value.alias(f"{column}={{value}}"))'


def _refuse_section(section: Table) -> None:
    reasons = {
        "several files, or a pattern": len(section.path) > 1 or any(sign in section.path[0] for sign in "*?["),
        "`group`": getattr(section, "group", None) is not None,
        "`missing: drop`": "drop" in section.missing.values(),
        "`missing: interpolate`": "interpolate" in section.missing.values(),
        "`missing_rows: insert`": getattr(section, "missing_rows", "keep") == "insert",
        "`max_gap`": getattr(section, "max_gap", None) is not None,
        "an encoding that is fitted, or of integers": any(
            each.form != "one-hot" or each.values is None for each in section.encode.values()
        ),
        "a set with a file of its own": section.test is not None or section.validation is not None,
    }
    found = [reason for reason, there in reasons.items() if there]
    if found:
        message = f"the script does not support {found[0]}"
        raise SpecError.of(
            "cannot-write-script", message, "`tdcli train` can read it; write this part of the script by hand"
        )

"""`read_table()`: the columns of a CSV file that the model reads, in order and without holes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tdcli.data._columns import FOR_ALL
from tdcli.data._table_formats import PARQUET, format_of
from tdcli.script.python import Call, Named, function, lines, literal
from tdcli.text.diagnostic import UserError

FILLS = {"forward-fill": ".forward_fill()", "interpolate": ".interpolate()"}


def table_lines(section: Any, columns: tuple[str, ...], what: str) -> list[str]:
    """Return the function. Raises UserError for what the script has no words for."""
    _refuse(section)
    body = lines("table = ", _read(section))
    if section.skip:
        body.append(f"table = table[{section.skip}:]")
    if section.order:
        body += lines("table = ", Call("table.sort", (literal(list(section.order)), "maintain_order=True")))
    for column in columns:
        body += _filled(section, column)
    for column, encoding in section.encode.items():
        body += _encoded(column, encoding)
    body.append("return table")
    return function("def read_table() -> pl.DataFrame:", what, body)


def _read(section: Any) -> Call:
    path = f"FOLDER / {literal(section.path[0])}"
    if format_of(Path(section.path[0])) is PARQUET:
        return Call("pl.read_parquet", (path,))
    nulls = (Named("null_values", literal(list(section.na_values))),) if section.na_values else ()
    return Call("pl.read_csv", (path, "infer_schema_length=None", *nulls))


def feature_names(section: Any, features: tuple[str, ...]) -> list[str]:
    """Return the columns after encoding."""
    return [name for feature in features for name in _spread(section, feature)]


def _spread(section: Any, feature: str) -> list[str]:
    encoding = section.encode.get(feature)
    if encoding is None or encoding.form == "integer":
        return [feature]
    return [f"{feature}={value}" for value in encoding.values]


def _filled(section: Any, column: str) -> Iterator[str]:
    policy = section.missing.get(column, section.missing.get(FOR_ALL, "error"))
    if policy == "error":
        return
    filled = FILLS.get(str(policy)) or f".fill_null({policy:g})"
    yield from lines("table = ", Call("table.with_columns", (f"pl.col({literal(column)}){filled}",)))


def _encoded(column: str, encoding: Any) -> Iterator[str]:
    values = literal(list(encoding.values))
    yield f"for value in {values}:"
    yield f"    is_value = pl.col({literal(column)}) == value"
    yield f'    table = table.with_columns(is_value.alias(f"{column}={{value}}"))'


def _refuse(section: Any) -> None:
    reasons = {
        "several files, or a pattern": len(section.path) > 1 or any(sign in section.path[0] for sign in "*?["),
        "`group`": getattr(section, "group", None) is not None,
        "`missing: drop`": "drop" in section.missing.values(),
        "an encoding that is learnt, or of integers": any(
            each.form != "one-hot" or each.values is None for each in section.encode.values()
        ),
        "a part with a file of its own": section.test is not None or section.validation is not None,
    }
    found = [reason for reason, there in reasons.items() if there]
    if found:
        message = f"the script has no words for {found[0]}"
        raise UserError.of("cannot-write-script", message, "`tdcli train` reads it; write that part by hand")

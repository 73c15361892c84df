"""Select the columns of a table that the script reads, and its scaling policy."""

from __future__ import annotations

from collections.abc import Iterable

from tdcli.script.python import Call, literal
from tdcli.script.scaling import single_policy
from tdcli.script.table import encoded_names
from tdcli.services.specs.compile import Compiled
from tdcli.sources.tables.columns import FOR_ALL
from tdcli.sources.tables.table import Table


def features_in_file(data: Table, compiled: Compiled) -> tuple[str, ...]:
    """Return the features as the section lists them, or as the table's columns leave them."""
    return data.feature_columns(compiled.header.columns)


def scaling_policy(data: Table, features: tuple[str, ...]) -> tuple[str, list[int]]:
    """Return the policy of the scaled columns, and the places of those that are not scaled."""
    names = encoded_names(data, features)
    own = {name: data.scale.get(name, data.scale.get(FOR_ALL, "standard")) for name in (*features, *data.target)}
    encoded = {name for name in data.encode if name in features}
    policies = {policy for name, policy in own.items() if name not in encoded}
    return single_policy(policies), [place for place, name in enumerate(names) if name not in own]


def name_list(names: Iterable[str]) -> Call:
    """Return the list of names that a `select` takes."""
    return Call("", tuple(literal(name) for name in names), "[]")


def numeric_columns(data: Table, features: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that are read as numbers."""
    return tuple(dict.fromkeys(name for name in (*features, *data.target) if name not in data.encode))

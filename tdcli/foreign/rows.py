"""Rows of the tables in this folder. They are read when a fault is found, and not before."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ANY = "any"
"""The value of `without` for a key that is left out whatever its value is."""


_LEFT_OUT = str.maketrans("", "", "_- ")


@dataclass(frozen=True)
class Row:
    """What to write in place of a foreign name; see the heads of the tables for the fields."""

    write: tuple[str, ...] = ()
    help: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    together: tuple[str, ...] = ()
    without: Any = None
    where: str = ""


def fold(name: str) -> str:
    """Return a name without what writers differ in: case, `_`, and the modules before the last point.

    >>> fold("tf.keras.layers.MaxPool1D"), fold("max_pool_1d"), fold("nn.ReLU()")
    ('maxpool1d', 'maxpool1d', 'relu')
    """
    last = name.strip().removesuffix("()").rpartition(".")[2]
    return last.casefold().translate(_LEFT_OUT)


def name_row(table: str, name: str) -> Row | None:
    """Return the row of a name in a table of names, such as `layers` or `losses`."""
    return _names(table).get(fold(name))


def key_row(titles: Iterable[str], key: str) -> Row | None:
    """Return the row of a key of a mapping; `titles` are its class and the bases of that, nearest first."""
    found = (_keys(title).get(fold(key)) for title in titles)
    return next((row for row in found if row), None)


def positional(name: str) -> tuple[str, ...]:
    """Return the names of the arguments that a call gives by their place; of `Conv2D` those of `Conv`.

    >>> positional("layers.Conv2D")[:2], positional("nn.Conv2d")[:2]
    (('filters', 'kernel_size'), ('in_channels', 'out_channels'))
    """
    table = _table("names")["positional"]
    folded = {fold(each): names for each, names in table.items() if "." not in each}
    of_torch = table.get(".".join(name.split(".")[-2:]), ())
    family = fold(name).replace("1d", "").replace("2d", "").replace("3d", "")
    return tuple(of_torch or folded.get(fold(name), folded.get(family, ())))


@cache
def _names(table: str) -> dict[str, Row]:
    rows = _table("layers") if table == "layers" else _table("names").get(table, {})
    renamed = {fold(name): Row((write,)) for name, write in rows.get("renamed", {}).items()}
    told = [(Row(_listed(each.get("write")), each["help"]), each["names"]) for each in rows.get("told", ())]
    return renamed | {fold(name): row for row, names in told for name in names}


@cache
def _keys(title: str) -> dict[str, Row]:
    return {fold(key): _key_row(written) for key, written in _table("arguments").get(title, {}).items()}


def _key_row(written: Any) -> Row:
    if not isinstance(written, dict):
        return Row(_listed(written))
    together = tuple(written.get("together", ()))
    return Row(**{**written, "write": _listed(written.get("write")), "together": together})


def _listed(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))

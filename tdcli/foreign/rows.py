"""Look up names and keys of other libraries in the tables of this folder. The tables are read at the first use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

ANY = "any"
"""The value of `without` for a key that has no effect with any value."""


_LEFT_OUT = str.maketrans("", "", "_- ")


@dataclass(frozen=True)
class ForeignName:
    """What to write instead of a foreign name. The comments at the top of the tables describe the fields."""

    write: tuple[str, ...] = ()
    help: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    together: tuple[str, ...] = ()
    without: Any = None
    where: str = ""


def fold_name(name: str) -> str:
    """Return a name without its variable parts: case, `_`, and the modules before the last dot.

    >>> fold_name("tf.keras.layers.MaxPool1D"), fold_name("max_pool_1d"), fold_name("nn.ReLU()")
    ('maxpool1d', 'maxpool1d', 'relu')
    """
    last = name.strip().removesuffix("()").rpartition(".")[2]
    return last.casefold().translate(_LEFT_OUT)


def find_name(table: str, name: str) -> ForeignName | None:
    """Return the row of a name in a table, such as `layers` or `losses`."""
    return _names_in(table).get(fold_name(name))


def find_key(titles: Iterable[str], key: str) -> ForeignName | None:
    """Return the row of a key. `titles` are the class of its mapping and the bases of the class, nearest first."""
    found = (_keys_of(title).get(fold_name(key)) for title in titles)
    return next((row for row in found if row), None)


def positional_arguments(name: str) -> tuple[str, ...]:
    """Return the names of the positional arguments of a call. `Conv2D` has those of `Conv`.

    >>> positional_arguments("layers.Conv2D")[:2], positional_arguments("nn.Conv2d")[:2]
    (('filters', 'kernel_size'), ('in_channels', 'out_channels'))
    """
    table = _read_toml("names")["positional"]
    folded = {fold_name(each): names for each, names in table.items() if "." not in each}
    of_torch = table.get(".".join(name.split(".")[-2:]), ())
    family = fold_name(name).replace("1d", "").replace("2d", "").replace("3d", "")
    return tuple(of_torch or folded.get(fold_name(name), folded.get(family, ())))


@cache
def _names_in(table: str) -> dict[str, ForeignName]:
    rows = _read_toml("layers") if table == "layers" else _read_toml("names").get(table, {})
    renamed = {fold_name(name): ForeignName((write,)) for name, write in rows.get("renamed", {}).items()}
    told = [(ForeignName(_as_tuple(each.get("write")), each["help"]), each["names"]) for each in rows.get("told", ())]
    return renamed | {fold_name(name): row for row, names in told for name in names}


@cache
def _keys_of(title: str) -> dict[str, ForeignName]:
    return {fold_name(key): _key_row(written) for key, written in _read_toml("arguments").get(title, {}).items()}


def _key_row(written: Any) -> ForeignName:
    if not isinstance(written, dict):
        return ForeignName(_as_tuple(written))
    together = tuple(written.get("together", ()))
    return ForeignName(**{**written, "write": _as_tuple(written.get("write")), "together": together})


def _as_tuple(value: Any) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


@cache
def _read_toml(name: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))

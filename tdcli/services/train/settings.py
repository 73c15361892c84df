"""List the settings of a spec by key, and compare those of two specs."""

from collections.abc import Iterator
from typing import Any

from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.defaults import leaf_entries, list_entries

MAY_CHANGE = ("name", "training.epochs", "training.checkpoint", "search")
"""Settings that do not change what a step computes."""


def settings_of(compiled: Compiled) -> dict[str, Any]:
    """Return every value of a spec by its dotted key."""
    return {entry.dotted: entry.value for entry in leaf_entries(list_entries(compiled))}


def absolute_settings_of(compiled: Compiled) -> dict[str, Any]:
    """Return every value of a spec by its dotted key, with absolute paths."""
    paths = path_keys(compiled)
    return {
        key: _absolute_path(value, compiled) if is_under(key, paths) else value
        for key, value in settings_of(compiled).items()
    }


def path_keys(compiled: Compiled) -> tuple[str, ...]:
    """Return the dotted keys of the settings that are paths."""
    return tuple(f"data.{key}" for key in compiled.spec.data.path_keys) if compiled.spec.data else ()


def is_under(key: str, sections: tuple[str, ...]) -> bool:
    """Return whether a dotted key is one of the sections, or inside one."""
    return any(key == section or key.startswith(f"{section}.") for section in sections)


def differences(old: dict[str, Any], new: dict[str, Any], may_change: tuple[str, ...] = MAY_CHANGE) -> Iterator[str]:
    """Yield descriptions of the values that differ between two specs."""
    for key in changed_keys(old, new, may_change):
        yield describe_change(key, old, new)


def changed_keys(old: dict[str, Any], new: dict[str, Any], may_change: tuple[str, ...] = MAY_CHANGE) -> Iterator[str]:
    """Yield the keys of the values that differ between two specs."""
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key) and not is_under(key, may_change):
            yield key


def describe_change(key: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return a description of the old and the new value of a key."""
    return f"`{key}` changed from {old.get(key)} to {new.get(key)}"


def _absolute_path(value: Any, compiled: Compiled) -> Any:
    if isinstance(value, list):
        return [_absolute_path(item, compiled) for item in value]
    return str((compiled.folder / value).resolve()) if isinstance(value, str) else value

"""The keys of a mapping, and suggestions for unknown keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tdcli.foreign import rows
from tdcli.text.change import Help
from tdcli.text.interpret import interpretations
from tdcli.text.nearest import nearest_name, suggest
from tdcli.text.yaml_writer import to_inline_yaml


@dataclass(frozen=True)
class KeyHelp:
    """The help for an unknown key, and the intended key if it is certain."""

    help: Help
    target: str | None = None

    @property
    def removes_entry(self) -> bool:
        """Whether the help is to remove the key and its value."""
        return self.help.replaces_entry and not self.help.replacement


def _entry_help(text: str, entry: str, target: str | None = None) -> KeyHelp:
    """Return the help that replaces a key and its value with `entry`."""
    return KeyHelp(Help(text, replacement=entry, replaces_entry=True), target)


@dataclass(frozen=True)
class Keys:
    """The keys of a section.

    `given`: the keys in the spec, with their values. `known`: the keys that the section accepts. `titles`: the names
    of the section's class and its bases.
    """

    given: Mapping[str, Any]
    known: tuple[str, ...]
    titles: tuple[str, ...]

    @property
    def misspelt(self) -> set[str | None]:
        """The known keys that are given with another name."""
        unknown = [key for key in self.given if key not in self.known]
        return {self._unless_duplicate(key, self._key_help(key)).target for key in unknown}

    def suggest(self, key: str) -> Help:
        """Return the help for an unknown key. If several keys mean the same known key, the first one is renamed."""
        return self._unless_duplicate(key, self._key_help(key)).help

    def _unless_duplicate(self, key: str, found: KeyHelp) -> KeyHelp:
        target = found.target
        first = next(other for other in self.given if other == key or self._target(other) == target)
        if not target or first == key or found.removes_entry:
            return found
        return KeyHelp(_duplicate_help(f"`{first}` also means `{target}`", target, self.given[key]))

    def _target(self, key: str) -> str | None:
        return None if key in self.known else self._key_help(key).target

    def _key_help(self, key: str) -> KeyHelp:
        found = foreign_key(self.titles, key, self.given, self.known) or glued_key(key, self.given, self.known)
        if found is not None:
            return found
        close = nearest_name(key, self.known)
        if close in self.given:
            return KeyHelp(Help(f"remove this key or `{close}`, which is also given"))
        help = suggest(key, self.known)
        return KeyHelp(help, help.replacement)


def foreign_key(titles: tuple[str, ...], key: str, values: Mapping[str, Any], known: Iterable[str]) -> KeyHelp | None:
    """Return the help for a key of another library; None if no table has a row for it.

    titles: the names of the mapping's class and its bases. values: the mapping. known: the keys that it accepts.
    """
    row = rows.find_key(titles, key)
    known = tuple(known)
    if row is None or (row.where and row.where not in known):
        return None
    target = next((name for name in row.write if name in known), None)
    if target is None:
        return _explanation(row, titles[0], key, values)
    if target in values:
        return KeyHelp(_duplicate_help(f"`{target}` is also given", target, values[key]))
    if row.together:
        return _joined_entry(target, row.together, key, values)
    if row.values:
        return _renamed_entry(target, row.values.get(values[key]))
    return KeyHelp(Help(f"write `{_entry_or_key(target, values[key])}`", replacement=target), target)


def _duplicate_help(why: str, target: str, value: Any) -> Help:
    """Return the help for a key whose known key is already given. The contents of a mapping are moved to that key."""
    if isinstance(value, dict) and value:
        return Help(f"move its contents to `{target}`; {why}")
    return Help(f"remove it; {why}")


def _entry_or_key(key: str, value: Any) -> str:
    """Return a key with its value, or the key alone if the value is missing or long."""
    text = to_inline_yaml({key: _as_number(value)})[1:-1]
    return key if value is None or len(text) > 60 else text


def _as_number(value: Any) -> Any:
    """Return the number that a text such as `0,5` means; other values unchanged."""
    numbers = (meant for meant in interpretations(value) if isinstance(meant, int | float))
    return next(numbers, value) if isinstance(value, str) else value


def _joined_entry(target: str, together: tuple[str, ...], key: str, values: Mapping[str, Any]) -> KeyHelp:
    """Return the help that joins the values of several keys in a list, at the position of the first key."""
    given = [name for name in together if name in values]
    text = to_inline_yaml({target: [values[name] for name in given]})[1:-1]
    named = " and ".join(f"`{name}`" for name in given)
    return _entry_help(f"write `{text}` instead of {named}", text if key == given[0] else "", target)


def _renamed_entry(target: str, value: Any) -> KeyHelp:
    if value is None:
        return KeyHelp(Help(f"write `{target}`"), target)
    entry = f"{target}: {to_inline_yaml(value)}"
    return _entry_help(f"write `{entry}`", entry, target)


def _explanation(row: Any, layer: str, key: str, values: Mapping[str, Any]) -> KeyHelp | None:
    """Return the help of a row with the layer and the values filled in. A key without effect is removed."""
    if not row.help:
        return None
    rest = {name: value for name, value in values.items() if name != key}
    parts = {"{layer}": layer, "{value}": to_inline_yaml(_as_number(values[key])), "{rest}": to_inline_yaml(rest)}
    parts |= {name: _optimizer_text(default, values.get("optimizer")) for name, default in _OPTIMIZERS.items()}
    text = row.help
    for name, part in parts.items():
        text = text.replace(name, part)
    if _changes_nothing(row.without, values[key]):
        return _entry_help(text if text.startswith("remove it") else "remove it; this is the default", "")
    return KeyHelp(Help(text))


_OPTIMIZERS = {"{optimizer}": "name: adam", "{sgd}": "name: sgd"}
"""The optimizers that helps use if the values do not name one."""


def _optimizer_text(default: str, given: Any) -> str:
    named = {"name": given} if isinstance(given, str) else given
    return to_inline_yaml(named)[1:-1] if isinstance(named, dict) and named.get("name") else default


def _changes_nothing(without: Any, value: Any) -> bool:
    return without == "any" or (without is not None and type(without) is type(value) and without == value)


def glued_key(key: str, values: Mapping[str, Any], known: Iterable[str]) -> KeyHelp | None:
    """Return the help for `units=8` or `units:8`, which are keys without a value in YAML."""
    name, sign, text = key.partition("=" if "=" in key else ":")
    name, text = name.strip(), text.strip()
    if not sign or not text or values[key] is not None or name not in known or name in values:
        return None
    meant = list(interpretations(text))
    entry = f"{name}: {to_inline_yaml(meant[0]) if meant else text}"
    return _entry_help(f"write `{entry}`", entry, name)

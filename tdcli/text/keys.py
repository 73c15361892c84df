"""The keys of a mapping: which are known, and what to write for those that are not."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tdcli.text.literal import meant_by
from tdcli.text.nearest import Suggestion, nearest, suggestion
from tdcli.text.registry import module
from tdcli.text.yaml_writer import inline_yaml


class Keys(NamedTuple):
    """The keys that a section was given, with their values; those that it knows; its class and the bases of that."""

    given: Mapping[str, Any]
    known: tuple[str, ...]
    titles: tuple[str, ...]

    @property
    def misspelt(self) -> set[str | None]:
        """The known keys that are there under another name."""
        unknown = [self.suggestion(key) for key in self.given if key not in self.known]
        return {each.gives or each.replacement for each in unknown}

    def suggestion(self, key: str) -> Suggestion:
        """Return a help text for an unknown key; of several that mean one known key, the first becomes it."""
        meant = self._meant(key)
        target = meant.gives or meant.replacement
        first = next(each for each in self.given if each == key or self._target(each) == target)
        if not target or first == key or (meant.entry and not meant.replacement):
            return meant
        return _doubled(f"`{first}` means `{target}` as well", target, self.given[key])

    def _target(self, key: str) -> str | None:
        meant = Suggestion("") if key in self.known else self._meant(key)
        return meant.gives or meant.replacement

    def _meant(self, key: str) -> Suggestion:
        told = foreign_key(self.titles, key, self.given, self.known) or glued_key(key, self.given, self.known)
        if told is not None:
            return told
        close = nearest(key, self.known)
        if close in self.given:
            return Suggestion(f"`{close}` is given as well; remove one of the two")
        return suggestion(key, self.known)


def foreign_key(
    titles: tuple[str, ...], key: str, values: Mapping[str, Any], known: Iterable[str]
) -> Suggestion | None:
    """Return the help for a foreign key of a mapping; None where the tables have none that holds here.

    titles: the class of the mapping and its bases. values: the mapping. known: the keys that it takes.
    """
    rows = module("tdcli.foreign", "rows")
    row = rows.key_row(titles, key) if rows else None
    known = tuple(known)
    if row is None or (row.where and row.where not in known):
        return None
    write = next((each for each in row.write if each in known), None)
    if write is None:
        return _told(row, titles[0], key, values)
    if write in values:
        return _doubled(f"`{write}` is given as well", write, values[key])
    if row.together:
        return _as_list(write, row.together, key, values)
    if row.values:
        return _with_value(write, row.values.get(values[key]))
    return Suggestion(f"write `{_short(write, values[key])}`", write, gives=write)


def _doubled(why: str, target: str, value: Any) -> Suggestion:
    """Say that a known key is there already; a mapping's keys belong into it."""
    if isinstance(value, dict) and value:
        return Suggestion(f"move what is in it into `{target}`; {why}")
    return Suggestion(f"remove it; {why}")


def _short(key: str, value: Any) -> str:
    """Return a key with its value, or alone where the value is long or nothing."""
    text = inline_yaml({key: _meant(value)})[1:-1]
    return key if value is None or len(text) > 60 else text


def _meant(value: Any) -> Any:
    """Return the number that a text such as `0,5` means; other values as they are."""
    numbers = (each for each in meant_by(value) if isinstance(each, int | float))
    return next(numbers, value) if isinstance(value, str) else value


def _as_list(write: str, together: tuple[str, ...], key: str, values: Mapping[str, Any]) -> Suggestion:
    """Put the values of several keys into one list, in place of the first of them."""
    given = [each for each in together if each in values]
    text = inline_yaml({write: [values[each] for each in given]})[1:-1]
    named = " and ".join(f"`{each}`" for each in given)
    return Suggestion(f"write `{text}` in place of {named}", text if key == given[0] else "", entry=True, gives=write)


def _with_value(write: str, value: Any) -> Suggestion:
    if value is None:
        return Suggestion(f"write `{write}`", gives=write)
    return Suggestion(
        f"write `{write}: {inline_yaml(value)}`", f"{write}: {inline_yaml(value)}", entry=True, gives=write
    )


def _told(row: Any, layer: str, key: str, values: Mapping[str, Any]) -> Suggestion | None:
    """Return the row's help with the layer and the values in it; without the key where that changes nothing."""
    if not row.help:
        return None
    rest = {each: value for each, value in values.items() if each != key}
    parts = {"{layer}": layer, "{value}": inline_yaml(_meant(values[key])), "{rest}": inline_yaml(rest)}
    parts |= {name: _optimizer(text, values.get("optimizer")) for name, text in _OPTIMIZERS.items()}
    help = row.help
    for name, text in parts.items():
        help = help.replace(name, text)
    if _changes_nothing(row.without, values[key]):
        return Suggestion(help if help.startswith("remove it") else "remove it; this is the default", "", entry=True)
    return Suggestion(help)


_OPTIMIZERS = {"{optimizer}": "name: adam", "{sgd}": "name: sgd"}
"""What stands in an optimizer's mapping, where the values name none themselves."""


def _optimizer(otherwise: str, given: Any) -> str:
    named = {"name": given} if isinstance(given, str) else given
    return inline_yaml(named)[1:-1] if isinstance(named, dict) and named.get("name") else otherwise


def _changes_nothing(without: Any, value: Any) -> bool:
    return without == "any" or (without is not None and type(without) is type(value) and without == value)


def glued_key(key: str, values: Mapping[str, Any], known: Iterable[str]) -> Suggestion | None:
    """Return the help for `units=8` and `units:8`, which YAML reads as a key without a value."""
    name, sign, text = key.partition("=" if "=" in key else ":")
    name, text = name.strip(), text.strip()
    if not sign or not text or values[key] is not None or name not in known or name in values:
        return None
    values_meant = list(meant_by(text))
    written = inline_yaml(values_meant[0]) if values_meant else text
    return Suggestion(f"write `{name}: {written}`", f"{name}: {written}", entry=True, gives=name)

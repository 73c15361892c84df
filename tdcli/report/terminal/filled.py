"""A spec with its defaults, as YAML."""

from collections.abc import Iterator

from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.defaults import Entry, list_entries
from tdcli.text.yaml_writer import to_inline_yaml


def render_filled(compiled: Compiled, *, added: bool = False) -> str:
    """Return the spec with its defaults as YAML; `added`: only the keys that the file leaves out."""
    found = list_entries(compiled)
    return "\n".join(_entry_lines(_missing_entries(found, compiled) if added else found, ""))


def _missing_entries(entries: tuple[Entry, ...], compiled: Compiled) -> tuple[Entry, ...]:
    """Return the entries that are not in the file."""
    kept = []
    for entry in entries:
        inner = () if entry.is_leaf else _missing_entries(entry.value, compiled)
        if inner:
            kept.append(Entry(entry.key, inner, entry.key_path, entry.meaning))
        elif entry.is_leaf and entry.key_path not in compiled.document.spans:
            kept.append(entry)
    return tuple(kept)


def _entry_lines(entries: tuple[Entry, ...], indent: str) -> Iterator[str]:
    for entry in entries:
        comment = f"  # {entry.meaning}" if entry.meaning else ""
        head = f"{indent}-" if entry.key == "-" else f"{indent}{to_inline_yaml(entry.key)}:"
        if entry.is_leaf:
            yield f"{head} {to_inline_yaml(entry.value)}{comment}"
        elif entry.key == "-":
            first, *rest = _entry_lines(entry.value, f"{indent}  ")
            yield f"{head} {first.lstrip()}"
            yield from rest
        else:
            yield f"{head}{comment}"
            yield from _entry_lines(entry.value, f"{indent}  ")

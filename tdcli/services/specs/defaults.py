"""List the keys and values of a spec, including those with default values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tdcli.architectures.core.blocks import Residual
from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.services.specs.compile import Compiled
from tdcli.spec.optimizers import Optimizer
from tdcli.text.key_path import KeyPath
from tdcli.text.section import Section

STACKS = ("recurrent", "encoder", "decoder")
SET_BY_KIND = ("return_sequences", "layer", "merge_mode")
"""Arguments of a recurrent layer that the kind or the wrapper sets. They are not listed."""

FIRST_KEYS = ("spec", "name", "kind", "input", "source", "cell")
"""Keys that are written first."""


@dataclass(frozen=True)
class Entry:
    """A key with its value, or with a tuple of nested entries. Items of a list have the key `-`."""

    key: str
    value: Any
    key_path: KeyPath
    meaning: str = ""

    @property
    def dotted(self) -> str:
        """The path in the form of `--set`: `architecture.cnn.0.Conv2D.filters`."""
        return ".".join(str(part) for part in self.key_path)

    @property
    def is_leaf(self) -> bool:
        """Whether the entry has no nested entries."""
        return not (isinstance(self.value, tuple) and self.value and isinstance(self.value[0], Entry))


def list_entries(compiled: Compiled) -> tuple[Entry, ...]:
    """Return all keys of the spec, including those with default values."""
    return _section_entries(compiled.spec, (), compiled)


def leaf_entries(found: tuple[Entry, ...]) -> Iterator[Entry]:
    """Yield the entries without nested entries."""
    for entry in found:
        if entry.is_leaf:
            yield entry
        else:
            yield from leaf_entries(entry.value)


def _section_entries(section: Section, key_path: KeyPath, compiled: Compiled) -> tuple[Entry, ...]:
    fields = {name: field.alias or name for name, field in type(section).model_fields.items()}
    in_order = sorted(fields.items(), key=lambda each: each[0] not in FIRST_KEYS)
    return tuple(
        Entry(
            key,
            _entry_value(getattr(section, name), (*key_path, key), compiled),
            (*key_path, key),
            section.meaning(name),
        )
        for name, key in in_order
    )


def _entry_value(value: Any, key_path: KeyPath, compiled: Compiled) -> Any:
    """Return a plain value, or its nested entries."""
    if isinstance(value, Optimizer):
        return _mapping_entries({"name": value.name, **value.arguments}, key_path, compiled)
    if isinstance(value, Layer) and key_path[-1] == "outputs":
        return _mapping_entries(_layer_arguments(value), key_path, compiled)
    if isinstance(value, Layer | Residual):
        return _mapping_entries(_block_values(value), key_path, compiled)
    if isinstance(value, Section):
        return _section_entries(value, key_path, compiled)
    if isinstance(value, dict):
        return _mapping_entries(value, key_path, compiled)
    return _list_entries(value, key_path, compiled) if isinstance(value, tuple) else value


def _mapping_entries(values: dict[str, Any], key_path: KeyPath, compiled: Compiled) -> Any:
    entries = (
        Entry(str(key), _entry_value(each, (*key_path, key), compiled), (*key_path, key))
        for key, each in values.items()
    )
    return tuple(entries) or {}


def _list_entries(values: tuple[Any, ...], key_path: KeyPath, compiled: Compiled) -> Any:
    """Return an entry for each item. Lists of scalars stay lists, and a stack written as one layer stays one layer."""
    if key_path[-1] in STACKS:
        cells = [_cell_values(each) for each in values]
        if (*key_path, 0) not in compiled.document.spans and len(cells) == 1:
            return _mapping_entries(cells[0], key_path, compiled)
        values = tuple(cells)
    if not any(isinstance(each, dict | Section) for each in values):
        return list(values)
    return tuple(
        Entry("-", _entry_value(each, (*key_path, place), compiled), (*key_path, place))
        for place, each in enumerate(values)
    )


def _block_values(block: Layer | Residual) -> dict[str, Any]:
    if isinstance(block, Residual):
        return {"Residual": block.layers}
    return {
        block.title(): {**(_block_values(block.layer) if isinstance(block, Wrapper) else {}), **_layer_arguments(block)}
    }


def _layer_arguments(layer: Layer) -> dict[str, Any]:
    return {name: getattr(layer, name) for name in type(layer).model_fields if name != "layer"}


def _cell_values(layer: Layer) -> dict[str, Any]:
    """Return the keys of a recurrent layer in the stack of a kind."""
    inner = layer.layer if isinstance(layer, Wrapper) else layer
    both = {"merge_mode": vars(layer)["merge_mode"]} if isinstance(layer, Wrapper) else {}
    arguments = {name: value for name, value in _layer_arguments(inner).items() if name not in SET_BY_KIND}
    return {"cell": inner.title(), "bidirectional": bool(both), **both, **arguments}

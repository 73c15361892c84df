"""Compare the settings, layers, shapes, parameters and cost of two specs or runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.cost import cost_of_plan
from tdcli.plan.step import Step
from tdcli.runs.folder import open_run_folder
from tdcli.services.runs.tolerant_reading import read_intact
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.specs.defaults import leaf_entries, list_entries
from tdcli.shapes import Shape

LAYER_KEYS = ("layers", "cnn", "recurrent", "encoder", "decoder", "head", "outputs")
"""The keys of an architecture that are compared layer by layer."""


@dataclass(frozen=True)
class ValueChange:
    """A value that changed. It is None on a side without it."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class LayerChange:
    """Two corresponding layers, or a layer that only one side has."""

    title: str
    change: str
    arguments: tuple[ValueChange, ...]
    output_shape: tuple[Shape | None, Shape | None]
    parameters: tuple[int | None, int | None]


@dataclass(frozen=True)
class SpecDifference:
    """The settings that differ, all layers of both sides, and the totals."""

    names: tuple[str, str]
    settings: tuple[ValueChange, ...]
    layers: tuple[LayerChange, ...]
    totals: tuple[ValueChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two are equivalent."""
        return not self.settings and all(layer.change == "same" for layer in self.layers)


def diff_specs(old: Path, new: Path) -> SpecDifference:
    """Compare two specs or run folders. Raises SpecError if one cannot be read."""
    first, second = read_intact((old, new), _compile_either)
    settings, layers = tuple(_setting_changes(first, second)), tuple(_layer_changes(first, second))
    return SpecDifference((str(old), str(new)), settings, layers, tuple(_total_changes(first, second)))


def _compile_either(path: Path) -> Compiled:
    return compile_run(open_run_folder(path)) if path.is_dir() else compile_spec(path)


def _setting_changes(first: Compiled, second: Compiled) -> Iterator[ValueChange]:
    old, new = _settings_beside_layers(first), _settings_beside_layers(second)
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield ValueChange(key, old.get(key), new.get(key))


def _settings_beside_layers(compiled: Compiled) -> dict[str, Any]:
    """Return every value by key, except the values of layers."""
    settings = leaf_entries(list_entries(compiled))
    others = (entry for entry in settings if entry.key_path[0] != "architecture" or entry.key_path[1] not in LAYER_KEYS)
    return {entry.dotted: entry.value for entry in others}


def _layer_changes(first: Compiled, second: Compiled) -> Iterator[LayerChange]:
    """Align the layers by their titles, as `diff` aligns lines."""
    old, new = first.plan.steps, second.plan.steps
    matcher = SequenceMatcher(None, [step.title for step in old], [step.title for step in new], autojunk=False)
    for change, start, stop, other_start, other_stop in matcher.get_opcodes():
        if change == "equal":
            pairs = zip(old[start:stop], new[other_start:other_stop], strict=True)
            yield from (_layer_pair(before, after) for before, after in pairs)
        else:
            yield from (_unpaired_layer(step, removed=True) for step in old[start:stop])
            yield from (_unpaired_layer(step, removed=False) for step in new[other_start:other_stop])


def _layer_pair(before: Step, after: Step) -> LayerChange:
    old, new = _layer_arguments(before.layer), _layer_arguments(after.layer)
    changes = tuple(ValueChange(key, old[key], new[key]) for key in old if old[key] != new[key])
    shapes = (before.output_shape, after.output_shape)
    counts = (before.parameters.total, after.parameters.total)
    same = not changes and shapes[0] == shapes[1] and counts[0] == counts[1]
    return LayerChange(after.title, "same" if same else "changed", changes, shapes, counts)


def _unpaired_layer(step: Step, *, removed: bool) -> LayerChange:
    shape, count = step.output_shape, step.parameters.total
    if removed:
        return LayerChange(step.title, "removed", (), (shape, None), (count, None))
    return LayerChange(step.title, "added", (), (None, shape), (None, count))


def _layer_arguments(layer: Layer) -> dict[str, Any]:
    """Return the arguments of a layer by name, including those of a wrapped layer."""
    own = {name: getattr(layer, name) for name in type(layer).model_fields if name != "layer"}
    return {**own, **_layer_arguments(layer.layer)} if isinstance(layer, Wrapper) else own


def _total_changes(first: Compiled, second: Compiled) -> Iterator[ValueChange]:
    costs = [cost_of_plan(side.plan, side.spec.training.batch_size) for side in (first, second)]
    plans = (first.plan, second.plan)
    yield ValueChange("parameters", *(plan.parameters for plan in plans))
    yield ValueChange("trainable", *(plan.trainable for plan in plans))
    yield ValueChange("weight bytes", *(plan.bytes for plan in plans))
    yield ValueChange("multiply-adds", *(cost.multiply_adds for cost in costs))
    yield ValueChange("training bytes", *(cost.training_bytes for cost in costs))

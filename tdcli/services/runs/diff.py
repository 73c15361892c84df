"""What changed between two specs or runs, and what it does to shapes, parameters and cost."""

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
from tdcli.runs.folder import open_run
from tdcli.services.runs.sound import sound_ones
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.specs.compile_run import compile_run
from tdcli.services.specs.defaults import entries, flat
from tdcli.shapes import Shape

OF_LAYERS = ("layers", "cnn", "recurrent", "encoder", "decoder", "head", "outputs")
"""Keys of the architecture that are compared layer by layer."""


@dataclass(frozen=True)
class Change:
    """A value on either side; None where that side has none."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True)
class LayerChange:
    """Two layers that stand for each other, or one that the other side has not."""

    title: str
    change: str
    arguments: tuple[Change, ...]
    output_shape: tuple[Shape | None, Shape | None]
    parameters: tuple[int | None, int | None]


@dataclass(frozen=True)
class Difference:
    """Settings that differ, all layers side by side, and what the whole comes to."""

    names: tuple[str, str]
    settings: tuple[Change, ...]
    layers: tuple[LayerChange, ...]
    totals: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return not self.settings and all(layer.change == "same" for layer in self.layers)


def difference(old: Path, new: Path) -> Difference:
    """Compare two specs or run folders. Raises UserError where one cannot be read."""
    first, second = sound_ones((old, new), _compiled)
    settings, layers = tuple(_settings(first, second)), tuple(_layers(first, second))
    return Difference((str(old), str(new)), settings, layers, tuple(_totals(first, second)))


def _compiled(path: Path) -> Compiled:
    return compile_run(open_run(path)) if path.is_dir() else compile_spec(path)


def _settings(first: Compiled, second: Compiled) -> Iterator[Change]:
    old, new = _set(first), _set(second)
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield Change(key, old.get(key), new.get(key))


def _set(compiled: Compiled) -> dict[str, Any]:
    """Return every value by its key, but for those of layers."""
    others = (each for each in flat(entries(compiled)) if each.way[0] != "architecture" or each.way[1] not in OF_LAYERS)
    return {each.dotted: each.value for each in others}


def _layers(first: Compiled, second: Compiled) -> Iterator[LayerChange]:
    """Align the layers by their titles, as `diff` aligns lines."""
    old, new = first.plan.steps, second.plan.steps
    matcher = SequenceMatcher(None, [step.title for step in old], [step.title for step in new], autojunk=False)
    for change, start, stop, other_start, other_stop in matcher.get_opcodes():
        if change == "equal":
            pairs = zip(old[start:stop], new[other_start:other_stop], strict=True)
            yield from (_compared(before, after) for before, after in pairs)
        else:
            yield from (_one_sided(step, removed=True) for step in old[start:stop])
            yield from (_one_sided(step, removed=False) for step in new[other_start:other_stop])


def _compared(before: Step, after: Step) -> LayerChange:
    old, new = arguments(before.layer), arguments(after.layer)
    changes = tuple(Change(key, old[key], new[key]) for key in old if old[key] != new[key])
    shapes = (before.output_shape, after.output_shape)
    counts = (before.parameters.total, after.parameters.total)
    same = not changes and shapes[0] == shapes[1] and counts[0] == counts[1]
    return LayerChange(after.title, "same" if same else "changed", changes, shapes, counts)


def _one_sided(step: Step, *, removed: bool) -> LayerChange:
    shape, count = step.output_shape, step.parameters.total
    if removed:
        return LayerChange(step.title, "removed", (), (shape, None), (count, None))
    return LayerChange(step.title, "added", (), (None, shape), (None, count))


def arguments(layer: Layer) -> dict[str, Any]:
    """Return a layer's arguments by name, those of a wrapped layer among them."""
    own = {name: getattr(layer, name) for name in type(layer).model_fields if name != "layer"}
    return {**own, **arguments(layer.layer)} if isinstance(layer, Wrapper) else own


def _totals(first: Compiled, second: Compiled) -> Iterator[Change]:
    costs = [cost_of_plan(each.plan, each.spec.training.batch_size) for each in (first, second)]
    plans = (first.plan, second.plan)
    yield Change("parameters", *(plan.trainable + plan.non_trainable for plan in plans))
    yield Change("trainable", *(plan.trainable for plan in plans))
    yield Change("weight bytes", *(plan.bytes for plan in plans))
    yield Change("multiply-adds", *(cost.multiply_adds for cost in costs))
    yield Change("training bytes", *(cost.training_bytes for cost in costs))

"""Compare an array of targets with a model's outputs, and find a similar model that the targets would fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from tdcli.shapes import Shape, format_shape
from tdcli.signature import RECURRENT, Signature
from tdcli.sources.core.axes import Axes, fits
from tdcli.sources.core.classes import drop_loss, outputs_for, outputs_for_numbers, outputs_for_yes_or_no
from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.key_path import KeyPath
from tdcli.text.yaml_writer import to_inline_yaml


@dataclass(frozen=True)
class Cure:
    """A change to the model, in words, and the signature of the changed model."""

    text: str
    signature: Signature


def diagnose_target(
    y_shape: Shape, signature: Signature, key_path: KeyPath, *, is_whole: bool = False
) -> DataDiagnostic | None:
    """Report targets whose shape does not fit the outputs, and suggest a model that they would fit.

    is_whole: whether `y` holds integers, which may be classes.
    """
    if accepts(y_shape, signature):
        return None
    is_label = is_whole or signature.has_loss_of_classes
    labels = _cure_of_labels(y_shape, signature)
    spare = tuple(_other_axes(y_shape, signature))
    cures = iter(()) if spare else _cures(y_shape, signature)
    if labels and is_label:
        cures = chain((labels,), cures)
    cure = next((each for each in cures if accepts(y_shape, each.signature)), None)
    outputs, targets = format_shape(signature.output_shape), format_shape(y_shape)
    message = f"{_kind_title(signature)} outputs {outputs}, but `y` is {targets}"
    message = f"{message}: did you mean {cure.text}?" if cure else message
    why = "targets must have the shape of the outputs; broadcasting would silently pair outputs with the wrong targets"
    forms = " or ".join(format_shape((None, *shape)) for shape in _accepted_shapes(signature))
    behind = _layers_after_text(signature, cure) if cure else ()
    if cure and signature.one_sigmoid and cure.signature.sums_to_one:
        behind = (*behind, f"{outputs_for_yes_or_no(cure.signature)} if several of them can be true at once")
    if labels:
        behind = (*behind, _other_meaning(signature, is_label=is_label))
    helps = (*behind, *spare, f"save `y` with the shape {forms}")
    return DataDiagnostic(key_path, "target-mismatch", message, why, helps)


def _cure_of_labels(y_shape: Shape, signature: Signature) -> Cure | None:
    """Return the model that outputs one class in each place where this one outputs several numbers; None otherwise."""
    if (
        signature.units < 2
        or signature.takes == "classes"
        or (signature.activation == "sigmoid" and signature.units == 2)
    ):
        return None
    if signature.learns_fractions:
        return None
    if signature.sums_to_one:
        return next((each for each in _of_classes(signature) if accepts(y_shape, each.signature)), None)
    other = replace(signature, activation="softmax", range=None, loss=None)
    written = outputs_for(signature.units, other).removeprefix("write ")
    cure = Cure(f"{written}{_loss_hint(signature)}", other)
    return cure if accepts(y_shape, other) else None


def _other_meaning(signature: Signature, *, is_label: bool) -> str:
    """Return the advice for the other meaning of the targets: numbers instead of classes, or the reverse."""
    if is_label:
        return f"{outputs_for_numbers(signature, 1)} if `y` holds numbers, not classes"
    return f"{outputs_for(signature.units, signature)}{_loss_hint(signature)} if `y` holds classes"


def _loss_hint(signature: Signature) -> str:
    return "" if signature.has_loss_of_classes else drop_loss(signature)


def _other_axes(y_shape: Shape, signature: Signature) -> Iterator[str]:
    """Yield how to reorder the axes of the targets, or to remove one of size 1."""
    for wanted in _accepted_shapes(signature):
        axes = Axes(y_shape[1:], wanted, None, signature)
        if axes.order:
            yield f"save it as `y{axes.transposed[1:]}`"
            return
        spare = axes.axis_of_one
        if spare is not None:
            yield f"remove the axis of size 1: `y.squeeze({spare + 1})`"
            return


def _layers_after_text(signature: Signature, cure: Cure) -> tuple[str, ...]:
    """Return the further changes for targets that are frames: wrapped layers, or a loss for numbers."""
    if len(signature.output_shape) < 4:
        return ()
    more = len(cure.signature.output_shape) > len(signature.output_shape)
    wrap = ("wrap the layers after it, as in `TimeDistributed: {Conv2D: {...}}`",) if more else ()
    bounded = "" if signature.activation == "sigmoid" else "`activation: sigmoid` and "
    numbers = f"write {bounded}`loss: mse` if the frames hold numbers from 0 to 1, not classes"
    return (*wrap, numbers) if signature.takes == "classes" or signature.learns_fractions else wrap


def accepts(y_shape: Shape, signature: Signature) -> bool:
    """Return whether targets of this shape, samples first, fit the model's outputs."""
    return any(fits(y_shape[1:], shape) for shape in _accepted_shapes(signature))


def _accepted_shapes(signature: Signature) -> list[Shape]:
    """Return the accepted shapes without the batch: one value per output, or one class per place."""
    if len(signature.output_shape) < 2:  # a single softmax unit, which no target fits
        return []
    *places, _ = signature.output_shape[1:]
    shapes: list[Shape] = [signature.output_shape[1:]]
    if signature.units == 1 or signature.takes == "classes":
        shapes.append(tuple(places))
    if signature.units > 1 and signature.takes == "classes":
        shapes.append((*places, 1))
    return shapes


def _of_other_length(y_shape: Shape, signature: Signature) -> Iterator[Cure]:
    """Yield how to make the outputs as long as the input, if the windows of layers changed their length."""
    given, wanted = signature.output_shape[1:-1], y_shape[1 : len(signature.output_shape) - 1]
    is_as_input = wanted == signature.input_shape[-len(wanted) - 1 : -1] and len(wanted) == len(given)
    if signature.kind != "layers" or signature.repeats or not is_as_input or not wanted or given == wanted:
        return
    lengths = replace(signature, output_shape=(None, *wanted, signature.output_shape[-1]))
    over = [(size or 0) - (goal or 0) for size, goal in zip(given, wanted, strict=True)]
    if min(over) >= 0 and len(over) < 4:
        ends = [[by // 2, by - by // 2] for by in over]
        cropping = to_inline_yaml([0, over[0]] if len(over) == 1 else ends)
        yield Cure(f"`- Cropping{len(over)}D: {{cropping: {cropping}}}` as the last layer", lengths)
    else:
        yield Cure("`padding: same` in the layers that make the output shorter", lengths)


def _kind_title(signature: Signature) -> str:
    sequences = signature.kind in OF_FRAMES and signature.per_step
    return f"{signature.kind} with `return_sequences: true`" if sequences else signature.kind


OF_FRAMES = ("cnn-lstm", "conv-lstm")


def _cures(y_shape: Shape, signature: Signature) -> Iterator[Cure]:
    """Yield changed models, those with the smaller changes first."""
    ways = [*_other_ways(signature), *_other_steps(y_shape, signature)]
    yield from _of_other_length(y_shape, signature)
    units = [count for count in dict.fromkeys((*y_shape[-1:], 1)) if len(y_shape) > 1 or count == 1]
    yield from ways[:1]
    yield from (_with_units(Cure("", signature), count or 1) for count in units)
    yield from ways[1:]
    yield from _of_classes(signature)
    yield from (_with_units(each, count or 1) for each in ways for count in units)


def _other_ways(signature: Signature) -> Iterator[Cure]:
    """Yield the model with one output per timestep instead of one per sample, or the reverse."""
    if signature.kind == "layers" and not signature.time_layer and len(signature.output_shape) < 3:
        return
    answer = signature.output_shape[1:]
    steps = len(answer) > 1 and (len(answer) == 2 or len(answer) == len(signature.input_shape) - 1)
    is_pooled = signature.kind == "layers" and signature.time_layer not in (RECURRENT, "ConvLSTM")
    other = (answer[-1:] if is_pooled else answer[1:]) if steps else (signature.timesteps, *answer)
    yield Cure(_other_kind(signature, steps=steps), replace(signature, output_shape=(None, *other)))


def _other_kind(signature: Signature, *, steps: bool) -> str:
    if signature.kind in OF_FRAMES:
        return f"{signature.kind} {'without' if steps else 'with'} `return_sequences: true`"
    if signature.kind == "layers":
        return _other_layers(signature, steps=steps)
    return _KINDS.get(signature.kind, "many-to-many")


def _other_layers(signature: Signature, *, steps: bool) -> str:
    if signature.time_layer in (RECURRENT, "ConvLSTM"):
        return f"`return_sequences: {'false' if steps else 'true'}` in the last {signature.time_layer}"
    if steps:
        return f"`- GlobalAveragePooling{len(signature.output_shape) - 2}D` before the last layer"
    return f"a model without its `{signature.time_layer}`"


_KINDS = {"many-to-many": "many-to-one", "encoder-decoder": "many-to-one", "one-to-many": "one-to-one"}


def _other_steps(y_shape: Shape, signature: Signature) -> Iterator[Cure]:
    """Yield the model that outputs as many timesteps as the targets have."""
    if len(y_shape) > 1 and signature.kind not in OF_FRAMES and len(signature.output_shape) < 4:
        text = f"`output_timesteps: {y_shape[1]}`"
        if signature.kind == "layers" and signature.own_steps:
            if not signature.repeats:
                return
            text = f"`n: {y_shape[1]}` in the `RepeatVector`"
        elif not signature.own_steps:
            text = f"{'one-to-many' if signature.kind == 'one-to-one' else 'encoder-decoder'} with {text}"
        yield Cure(text, replace(signature, output_shape=(None, y_shape[1], signature.units)))


def _with_units(cure: Cure, units: int) -> Cure:
    """Return the model with another number of outputs. Several outputs instead of one sigmoid unit become classes."""
    signature = replace(cure.signature, output_shape=(*cure.signature.output_shape[:-1], units))
    if signature.sums_to_one and units == 1:
        signature = replace(signature, output_shape=())  # a softmax over one unit learns nothing
    if cure.signature.one_sigmoid and units > 1 and signature.loss in (None, "binary_crossentropy"):
        signature = replace(signature, activation="softmax", range=None, loss=None)
    text = _units_text(signature, units)
    joint = " and " if " with" in cure.text or "`" in cure.text else " with "
    return Cure(cure.text + joint + text if cure.text else text, signature)


def _units_text(signature: Signature, units: int) -> str:
    if signature.kind == "layers":
        return f"`{'units' if len(signature.output_shape) < 4 else 'filters'}: {units}` in the last layer"
    if signature.activation:
        return f"`outputs: {{units: {units}, activation: {signature.activation}}}`"
    return f"`outputs: {units}`"


def _of_classes(signature: Signature) -> Iterator[Cure]:
    """Yield the model that takes class codes, if softmax outputs are compared with numbers."""
    if signature.sums_to_one and signature.takes == "numbers":
        loss = "sparse_categorical_crossentropy"
        yield Cure(f"`loss: {loss}`", replace(signature, loss=loss))

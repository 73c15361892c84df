"""Warnings of a compiled spec: of its plan, its loss and its data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf, prod
from typing import TYPE_CHECKING

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.plan.cures.output_activation import with_output_activation
from tdcli.plan.diagnosis.channels_first import channels_first_error
from tdcli.plan.warnings import plan_warnings
from tdcli.sources.core.fit import marks_padding
from tdcli.spec.loss_outputs import outputs_text, unmet_need
from tdcli.text.diagnostic import Diagnostic, in_file_order
from tdcli.text.yaml_writer import inline_yaml

if TYPE_CHECKING:
    from tdcli.services.specs.compile import Compiled

PARAMETERS_A_VALUE = 100
LOSS = ("training", "loss")
DIVIDED = ("categorical_crossentropy", "categorical_focal_crossentropy")
"""The losses that divide the outputs by their sum."""

MOST_LISTED = 100
"""Columns that are still worth writing into a help."""


def advice(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """Return what runs but is rarely meant, in the order of the file."""
    of_axes = list(_of_axes(compiled))
    of_plan = plan_warnings(
        compiled.plan,
        folded=compiled.spec.training.folded,
        several_rows_ahead=getattr(compiled.spec.data, "steps", 1) > 1,
        channels_first=bool(of_axes),
    )
    found = [*of_axes, *of_plan, *_of_loss(compiled), *_of_size(compiled), *_of_split(compiled)]
    return in_file_order([*found, *_of_data(compiled), *_of_padding(compiled), *answers_in_sight(compiled)])


def _of_axes(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn of channels that come first where every layer happens to fit."""
    plan = compiled.plan
    layers = tuple(LayerNode(step.layer, step.way, step.residual_length) for step in plan.steps)
    chain = Chain(plan.input_shape, layers, plan.input_dtype)
    found = channels_first_error(chain, plan.kind, compiled.document)
    if found:
        yield replace(found, severity="warning")


def _of_loss(compiled: Compiled) -> Iterator[Diagnostic]:
    loss, signature = compiled.objective.loss, compiled.plan.signature()
    if loss in DIVIDED and signature.activation == "sigmoid":
        message = f"`{loss}` divides the outputs by their sum, and `sigmoid` outputs do not sum to one"
        why = "each sigmoid unit says yes or no for itself; one class out of several needs shares of one"
        one, _ = with_output_activation(compiled.plan, compiled.document, "softmax")
        helps = (f"{one} for one class out of several", "write `loss: binary_crossentropy` for several at once")
        yield _warning("sigmoid-with-categorical-crossentropy", message, compiled, LOSS, why, helps)
    if loss.startswith("binary") and signature.sums_to_one and signature.units > 2:
        message = f"`{loss}` treats each class as a yes or no of its own, but softmax outputs sum to one"
        why = "it is meant for labels that can be true together; softmax is for one class out of several"
        several, _ = with_output_activation(compiled.plan, compiled.document, "sigmoid")
        helps = (
            "write `loss: categorical_crossentropy` for one class out of several",
            f"{several} for several at once",
        )
        yield _warning("loss-mismatch", message, compiled, LOSS, why, helps)
    need = unmet_need(loss, signature)
    if need and not need.strict:
        message = f"`{loss}` needs {need.text}; {outputs_text(signature)}"
        help, _ = with_output_activation(compiled.plan, compiled.document, need.activation)
        yield _warning("loss-mismatch", message, compiled, LOSS, need.why, (help,))


def _of_size(compiled: Compiled) -> Iterator[Diagnostic]:
    values, parameters = _training_values(compiled), compiled.plan.trainable
    if values and parameters > PARAMETERS_A_VALUE * values:
        message = f"{parameters:,} parameters are to be learnt from {values:,} values"
        why = f"that is more than {PARAMETERS_A_VALUE} for each: the model can learn its samples by heart"
        helps = ("use fewer units or filters, or more samples",)
        yield _warning("more-parameters-than-values", message, compiled, ("architecture",), why, helps)


def _training_values(compiled: Compiled) -> int | None:
    """Return how many numbers the samples hold; None where only the cells tell it."""
    data = compiled.spec.data
    if data is None:
        return None
    samples = compiled.header.samples or getattr(data, "samples", None)
    sizes = [size for size in (samples, *compiled.plan.input_shape[1:]) if size is not None]
    return prod(sizes) if len(sizes) == len(compiled.plan.input_shape) else None


def _of_split(compiled: Compiled) -> Iterator[Diagnostic]:
    data, split = compiled.spec.data, compiled.spec.split
    if data and data.scales and not (split.has_parts or data.own_parts):
        message = "the scaling is fitted on all the data: no part is held out"
        why = "no score can then be trusted: whatever is scored has been seen, by the scaling as by the weights"
        helps = ("write `split: {validation: 0.15, test: 0.2}`",)
        yield _warning("scaling-fitted-on-all-data", message, compiled, ("data",), why, helps)


def _of_data(compiled: Compiled) -> Iterator[Diagnostic]:
    data = compiled.spec.data
    unused = data.unused_columns(compiled.header.columns) if data else ()
    unused = tuple(name for name in unused if name != compiled.spec.split.group)
    if unused:
        names = ", ".join(f"`{name}`" for name in unused[:8]) + (", ..." if len(unused) > 8 else "")
        message = f"{len(unused)} of {len(compiled.header.columns)} columns are not used: {names}"
        why = "a column that was forgotten cannot help; one that is listed under `ignore` is left out knowingly"
        ignored = [*getattr(data, "ignore", ()), *unused]
        written = f"write `ignore: {inline_yaml(ignored)}`" if len(ignored) <= MOST_LISTED else "list it under `ignore`"
        helps = (f"add it to `features`, or {written}",)
        yield _warning("unused-columns", message, compiled, ("data", "features"), why, helps)


def _of_padding(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn of zeros at one end of samples, of several lengths, that the model reads as real steps."""
    data, signature = compiled.spec.data, compiled.plan.signature(compiled.spec.training.loss)
    helps = marks_padding(0, signature)
    if data is None or signature.mask_value is not None or not helps:
        return
    side, runs = data.zero_ends(compiled.folder)
    if side:
        padded = [each for each in runs if each]
        steps = f"up to {max(padded)} step{'s' if max(padded) > 1 else ''}"
        message = f"{len(padded)} of {len(runs)} samples {side} with {steps} of zeros, which the model reads as real"
        why = "zeros of several lengths at one end are padding, as `pad_sequences` puts it there"
        yield _warning("masking-missing", message, compiled, ("data", "x"), why, helps)


def _warning(
    name: str, message: str, compiled: Compiled, way: tuple[str | int, ...], why: str, help: tuple[str, ...]
) -> Diagnostic:
    document = compiled.document
    span = document.span(way) if way in document.spans and len(way) > 1 else document.key_span(way)
    return Diagnostic(name, message, span, why=why, help=help, severity="warning")


if TYPE_CHECKING:
    from tdcli.layers.core.base import Layer
    from tdcli.services.specs.compile import Compiled

CONVOLUTIONS = ("Conv1D", "DepthwiseConv1D", "SeparableConv1D")


def answers_in_sight(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn where each step of a window predicts a row that stands in the window, and a layer can read it there."""
    ahead = compiled.spec.data.rows_to_answer if compiled.spec.data else None
    if ahead is None or not compiled.plan.signature().per_step:
        return
    rows = 0.0
    for step in compiled.plan.steps:
        rows += _rows_ahead(step.layer)
        help = _without_looking_ahead(step.layer)
        if help and rows >= ahead:
            message = f"`{step.layer.title()}` sees the rows that its steps are to predict"
            why = "the target of each step but the last is a row of the same window, which the model learns to copy"
            helps = (help, "or predict from the last step alone, as `many-to-one` does")
            yield Diagnostic("target-among-features", message, step.span, why=why, help=helps, severity="warning")


def _rows_ahead(layer: Layer) -> float:
    """Return how many rows on from a step a layer reads (TensorFlow pads the odd place of `same` behind)."""
    title, given = layer.title(), vars(layer)
    if title == "Bidirectional" or given.get("go_backwards"):
        return inf
    if title in CONVOLUTIONS and given.get("padding") == "same":
        reach = (given["kernel_size"][0] - 1) * given["dilation_rate"][0]
        return float(reach - reach // 2)
    return 0.0


def _without_looking_ahead(layer: Layer) -> str:
    """Return how to keep a layer from reading ahead; empty where it does not."""
    title, given = layer.title(), vars(layer)
    if title == "Bidirectional":
        return "leave `bidirectional` out, to read the window forwards only"
    if given.get("go_backwards"):
        return "leave `go_backwards` out, to read the window forwards"
    if _rows_ahead(layer):
        causal = "write `padding: causal`"
        return causal if title == "Conv1D" else "use `Conv1D` with `padding: causal`"
    return ""

"""Warn about parts of a compiled spec that run but are probably mistakes: of its plan, its loss and its data."""

from collections.abc import Iterator
from math import inf, prod

from tdcli.architectures.core.base import Chain, Placed
from tdcli.layers.core.base import Layer
from tdcli.plan.advice import advice as plan_warnings
from tdcli.plan.frame_axes import channels_first
from tdcli.plan.last_activation import with_last_activation
from tdcli.services.specs.compile import Compiled, Compiler
from tdcli.services.specs.proof import verify_helps
from tdcli.sources.core.fit import marks_padding
from tdcli.spec.loss_outputs import outputs_text, unmet_need
from tdcli.text.diagnostic import Diagnostic, in_file_order
from tdcli.text.document import Document
from tdcli.text.yaml_writer import inline_yaml

PARAMETERS_A_VALUE = 100
LOSS = ("training", "loss")
DIVIDED = ("categorical_crossentropy", "categorical_focal_crossentropy")
"""The losses that divide the outputs by their sum."""

OF_UNFOLDED = ("activity-regularizer-dropped", "batch-normalization-in-time-distributed")
"""What is so only where TimeDistributed goes step by step, as in Keras: `training.folded: false`."""

MOST_LISTED = 100
"""Columns that are still worth writing into a help."""

CONVOLUTIONS = ("Conv1D", "DepthwiseConv1D", "SeparableConv1D")


def warnings_for(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """Return the warnings of a spec in file order. Helps that do not remove their warning are left out."""

    def warnings_of(document: Document) -> tuple[Diagnostic, ...]:
        return _warnings(Compiler(compiled.header).compile(document))

    return verify_helps(_warnings(compiled), compiled.document, warnings_of)


def _warnings(compiled: Compiled) -> tuple[Diagnostic, ...]:
    of_plan = [each for each in plan_warnings(compiled.plan) if not _is_meant(each, compiled)]
    of_axes = list(_of_axes(compiled))
    if of_axes:
        of_plan = [each for each in of_plan if each.name != "size-of-one"]
    found = [*of_axes, *of_plan, *_of_loss(compiled), *_of_size(compiled), *_of_split(compiled)]
    return in_file_order([*found, *_of_data(compiled), *_of_padding(compiled), *answers_in_sight(compiled)])


def _of_axes(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn of channels that come first where every layer happens to fit."""
    plan = compiled.plan
    layers = tuple(Placed(step.layer, step.way, step.skips) for step in plan.steps)
    chain = Chain(plan.input_shape, layers, plan.input_dtype)
    found = channels_first(chain, plan.kind, compiled.document)
    if found:
        yield found.as_warning()


def _is_meant(warning: Diagnostic, compiled: Compiled) -> bool:
    """Say whether what the plan warns of is mended by folding, or what the data ask for: several rows ahead."""
    if warning.name == "outputs-as-wide-as-time":
        return getattr(compiled.spec.data, "steps", 1) > 1
    return warning.name in OF_UNFOLDED and compiled.spec.training.folded


def _of_loss(compiled: Compiled) -> Iterator[Diagnostic]:
    loss, signature = compiled.objective.loss, compiled.signature
    if loss in DIVIDED and signature.activation == "sigmoid":
        message = f"`{loss}` divides the outputs by their sum, and `sigmoid` outputs do not sum to one"
        why = "each sigmoid unit says yes or no for itself; one class out of several needs shares of one"
        one, _ = with_last_activation(compiled.plan, compiled.document, "softmax")
        helps = (f"{one} for one class out of several", "write `loss: binary_crossentropy` for several at once")
        yield _warning("sigmoid-with-categorical-crossentropy", message, compiled, LOSS, why, helps)
    if loss.startswith("binary") and signature.shares and signature.units > 2:
        message = f"`{loss}` treats each class as a yes or no of its own, but softmax outputs sum to one"
        why = "it is meant for labels that can be true together; softmax is for one class out of several"
        several, _ = with_last_activation(compiled.plan, compiled.document, "sigmoid")
        helps = (
            "write `loss: categorical_crossentropy` for one class out of several",
            f"{several} for several at once",
        )
        yield _warning("loss-mismatch", message, compiled, LOSS, why, helps)
    need = unmet_need(loss, signature)
    if need and not need.strict:
        message = f"`{loss}` needs {need.text}; {outputs_text(signature)}"
        help, _ = with_last_activation(compiled.plan, compiled.document, need.activation)
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
    data, signature = compiled.spec.data, compiled.signature
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
    return Diagnostic.warning(name, message, *help, span=span, why=why)


def answers_in_sight(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn where each step of a window predicts a row that stands in the window, and a layer can read it there."""
    ahead = compiled.spec.data.rows_to_answer if compiled.spec.data else None
    if ahead is None or not compiled.signature.per_step:
        return
    rows = 0.0
    for step in compiled.plan.steps:
        rows += _rows_ahead(step.layer)
        help = _without_looking_ahead(step.layer)
        if help and rows >= ahead:
            message = f"`{step.layer.title()}` sees the rows that its steps are to predict"
            why = "the target of each step but the last is a row of the same window, which the model learns to copy"
            otherwise = "or predict from the last step alone, as `many-to-one` does"
            yield Diagnostic.warning("target-among-features", message, help, otherwise, span=step.span, why=why)


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

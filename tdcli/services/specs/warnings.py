"""Warn about likely mistakes in a compiled spec that can run: in its plan, its loss and its data."""

from collections.abc import Iterator
from math import inf, prod

from tdcli.architectures.core.base import Chain, LayerNode
from tdcli.layers.core.base import Layer
from tdcli.plan.cures.output_activation import with_output_activation
from tdcli.plan.diagnosis.channels_first import channels_first_error
from tdcli.plan.warnings import plan_warnings
from tdcli.services.specs.compile import Compiled, Compiler
from tdcli.services.specs.proof import verify_helps
from tdcli.sources.core.fit import marks_padding
from tdcli.spec.loss_outputs import outputs_text, unmet_need
from tdcli.text.diagnostic import Diagnostic, sort_by_position
from tdcli.text.document import Document
from tdcli.text.yaml_writer import to_inline_yaml

PARAMETERS_PER_VALUE = 100
LOSS = ("training", "loss")
NORMALIZING_LOSSES = ("categorical_crossentropy", "categorical_focal_crossentropy")
"""Losses that divide the outputs by their sum."""

MAX_LISTED = 100
"""The most columns that are listed in a help text."""

CONVOLUTIONS = ("Conv1D", "DepthwiseConv1D", "SeparableConv1D")


def warnings_for(compiled: Compiled) -> tuple[Diagnostic, ...]:
    """Return the warnings of a spec in file order. Help texts that do not remove their warning are dropped."""

    def warnings_of(document: Document) -> tuple[Diagnostic, ...]:
        return _all_warnings(Compiler(compiled.header).compile(document))

    return verify_helps(_all_warnings(compiled), compiled.document, warnings_of)


def _all_warnings(compiled: Compiled) -> tuple[Diagnostic, ...]:
    of_axes = list(_channels_first(compiled))
    of_plan = plan_warnings(
        compiled.plan,
        folded=compiled.spec.training.folded,
        several_rows_ahead=_predicts_several_rows(compiled),
        channels_first=bool(of_axes),
    )
    found = [*of_axes, *of_plan, *_loss_mismatches(compiled), *_too_many_parameters(compiled)]
    found += [*_scaling_without_held_out_part(compiled), *_unused_columns(compiled)]
    found += [*_unmarked_padding(compiled), *_visible_targets(compiled)]
    return sort_by_position(_locate(each, compiled.document) for each in found)


def _predicts_several_rows(compiled: Compiled) -> bool:
    steps = getattr(compiled.spec.data, "steps", 1)
    return isinstance(steps, int) and steps > 1


def _locate(warning: Diagnostic, document: Document) -> Diagnostic:
    """Point at the value of the key that a warning concerns, or at the name of the section."""
    path = warning.section
    if not path:
        return warning
    return warning.at(document.span(path) if path in document.spans and len(path) > 1 else document.key_span(path))


def _channels_first(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn about channels in the first axis if every layer happens to fit."""
    plan = compiled.plan
    layers = tuple(LayerNode(step.layer, step.key_path, step.residual_length) for step in plan.steps)
    chain = Chain(plan.input_shape, layers, plan.input_dtype)
    found = channels_first_error(chain, plan.kind, compiled.document)
    if found:
        yield found.as_warning()


def _loss_mismatches(compiled: Compiled) -> Iterator[Diagnostic]:
    loss, signature = compiled.objective.loss, compiled.signature
    if loss in NORMALIZING_LOSSES and signature.activation == "sigmoid":
        message = f"`{loss}` divides the outputs by their sum, but `sigmoid` outputs do not sum to one"
        why = "each sigmoid unit is an independent yes or no, while the probabilities of exclusive classes sum to one"
        softmax, _ = with_output_activation(compiled.plan, compiled.document, "softmax")
        helps = (
            f"{softmax} for one class out of several",
            "write `loss: binary_crossentropy` for several classes at once",
        )
        yield Diagnostic.warning("sigmoid-with-categorical-crossentropy", message, *helps, why=why, section=LOSS)
    if loss.startswith("binary") and signature.sums_to_one and signature.units > 2:
        message = f"`{loss}` treats each class as an independent yes or no, but softmax outputs sum to one"
        why = "binary losses are for labels that can be true together, and softmax is for one class out of several"
        sigmoid, _ = with_output_activation(compiled.plan, compiled.document, "sigmoid")
        helps = (
            "write `loss: categorical_crossentropy` for one class out of several",
            f"{sigmoid} for several classes at once",
        )
        yield Diagnostic.warning("loss-mismatch", message, *helps, why=why, section=LOSS)
    need = unmet_need(loss, signature)
    if need and not need.strict:
        message = f"`{loss}` needs {need.text}; {outputs_text(signature)}"
        help, _ = with_output_activation(compiled.plan, compiled.document, need.activation)
        yield Diagnostic.warning("loss-mismatch", message, help, why=need.why, section=LOSS)


def _too_many_parameters(compiled: Compiled) -> Iterator[Diagnostic]:
    values, parameters = _training_values(compiled), compiled.plan.trainable
    if values and parameters > PARAMETERS_PER_VALUE * values:
        message = f"the model has {parameters:,} parameters, but the training data have only {values:,} values"
        why = f"with more than {PARAMETERS_PER_VALUE} parameters per value, a model can memorize its samples"
        help = "use fewer units or filters, or more samples"
        yield Diagnostic.warning("more-parameters-than-values", message, help, why=why, section=("architecture",))


def _training_values(compiled: Compiled) -> int | None:
    """Return how many numbers the samples have, or None if that needs reading cells."""
    data = compiled.spec.data
    if data is None:
        return None
    samples = compiled.header.samples or getattr(data, "samples", None)
    sizes = [size for size in (samples, *compiled.plan.input_shape[1:]) if size is not None]
    return prod(sizes) if len(sizes) == len(compiled.plan.input_shape) else None


def _scaling_without_held_out_part(compiled: Compiled) -> Iterator[Diagnostic]:
    data, split = compiled.spec.data, compiled.spec.split
    if data and data.scales and not (split.has_parts or data.own_parts):
        message = "the scaling is fitted on all data, because no validation or test set is held out"
        why = "metrics mean little if they are computed on the data that the scaling and the weights were fitted on"
        help = "write `split: {validation: 0.15, test: 0.2}`"
        yield Diagnostic.warning("scaling-fitted-on-all-data", message, help, why=why, section=("data",))


def _unused_columns(compiled: Compiled) -> Iterator[Diagnostic]:
    data = compiled.spec.data
    unused = data.unused_columns(compiled.header.columns) if data else ()
    unused = tuple(name for name in unused if name != compiled.spec.split.group)
    if unused:
        names = ", ".join(f"`{name}`" for name in unused[:8]) + (", ..." if len(unused) > 8 else "")
        verb, them = ("is", "it") if len(unused) == 1 else ("are", "them")
        message = f"{len(unused)} of {len(compiled.header.columns)} columns {verb} not used: {names}"
        why = "a column may have been forgotten; columns under `ignore` are left out on purpose"
        ignored = [*getattr(data, "ignore", ()), *unused]
        ignore = (
            f"write `ignore: {to_inline_yaml(ignored)}`" if len(ignored) <= MAX_LISTED else "list them under `ignore`"
        )
        help = f"add {them} to `features`, or {ignore}"
        yield Diagnostic.warning("unused-columns", message, help, why=why, section=("data", "features"))


def _unmarked_padding(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn if samples start or end with different numbers of zeros, which the model reads as real timesteps."""
    data, signature = compiled.spec.data, compiled.signature
    helps = marks_padding(0, signature)
    if data is None or signature.mask_value is not None or not helps:
        return
    side, runs = data.zero_ends(compiled.folder)
    if side:
        padded = [each for each in runs if each]
        steps = f"up to {max(padded)} timestep{'s' if max(padded) > 1 else ''}"
        message = f"{len(padded)} of {len(runs)} samples {side} with {steps} of zeros, which the model does not mask"
        why = "different numbers of zeros at one end of samples are usually padding, such as that of `pad_sequences`"
        yield Diagnostic.warning("masking-missing", message, *helps, why=why, section=("data", "x"))


def _visible_targets(compiled: Compiled) -> Iterator[Diagnostic]:
    """Warn if timesteps predict rows of their own window, and a layer can read these rows."""
    ahead = compiled.spec.data.rows_to_answer if compiled.spec.data else None
    if ahead is None or not compiled.signature.per_step:
        return
    rows = 0.0
    for step in compiled.plan.steps:
        rows += _rows_ahead(step.layer)
        help = _causal_help(step.layer)
        if help and rows >= ahead:
            message = f"`{step.layer.title()}` reads the rows that its timesteps predict"
            why = "the targets of most timesteps are rows of the same window, so the model learns to copy them"
            otherwise = "or predict from the last timestep alone, as `many-to-one` does"
            yield Diagnostic.warning("target-among-features", message, help, otherwise, span=step.span, why=why)


def _rows_ahead(layer: Layer) -> float:
    """Return how many rows after a timestep a layer reads (TensorFlow pads `same` at the end if the padding is odd)."""
    title, arguments = layer.title(), vars(layer)
    if title == "Bidirectional" or arguments.get("go_backwards"):
        return inf
    if title in CONVOLUTIONS and arguments.get("padding") == "same":
        reach = (arguments["kernel_size"][0] - 1) * arguments["dilation_rate"][0]
        return float(reach - reach // 2)
    return 0.0


def _causal_help(layer: Layer) -> str:
    """Return how to keep a layer from reading ahead, or an empty text if it does not."""
    title, arguments = layer.title(), vars(layer)
    if title == "Bidirectional":
        return "remove `bidirectional` to read the window forwards only"
    if arguments.get("go_backwards"):
        return "remove `go_backwards` to read the window forwards"
    if _rows_ahead(layer):
        causal = "write `padding: causal`"
        return causal if title == "Conv1D" else "use `Conv1D` with `padding: causal`"
    return ""

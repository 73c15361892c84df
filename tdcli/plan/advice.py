"""What runs but is rarely meant. Each piece of advice looks at the whole plan and yields warnings."""

from collections.abc import Iterator
from itertools import pairwise

from tdcli.layers._base import Layer
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.infer import wrapped
from tdcli.plan.plan import Plan, Step
from tdcli.plan.unknown_timesteps import unwraps
from tdcli.text.diagnostic import Diagnostic, Span


def advice(plan: Plan) -> tuple[Diagnostic, ...]:
    """Return the warnings, in the order of the layers."""
    found = [warning for advise in _ADVICE for warning in advise(plan)]
    return tuple(sorted(found, key=lambda each: (each.span.line, each.span.column) if each.span else (0, 0)))


def _warning(name: str, message: str, span: Span, why: str, help: str) -> Diagnostic:
    return Diagnostic(name, message, span, why=why, help=(help,), severity="warning")


def _outputs_as_wide_as_time(plan: Plan) -> Iterator[Diagnostic]:
    last, timesteps = plan.steps[-1], plan.input_shape[1]
    outputs = plan.output_shape[-1]
    if plan.kind != "many-to-one" or timesteps in (None, 1) or outputs != timesteps or _activation(last.layer):
        return
    shared = (last.input_shape[-1] or 0) + 1
    total = plan.trainable + plan.non_trainable
    message = f"the model gives {outputs} outputs at once, as many as it has timesteps"
    wide = last.parameters.total
    why = f"if they are one answer a step, a head for all steps needs {shared} weights in place of {wide}"
    help = f"`kind: many-to-many` with `outputs: 1`: {total - wide + shared:,} parameters, not {total:,}"
    yield _warning("outputs-as-wide-as-time", message, last.span, why, help)


def _batch_normalization_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner, timesteps = wrapped(step.layer), step.input_shape[1]
        if isinstance(step.layer, TimeDistributed) and inner.title() == "BatchNormalization" and timesteps:
            momentum = vars(inner)["momentum"]
            message = f"`BatchNormalization` updates its averages {timesteps} times a batch here, once a timestep"
            why = f"a momentum of {momentum:g} acts as {momentum**timesteps:.2g}: the averages forget faster"
            help = f"`momentum: {momentum ** (1 / timesteps):.4g}` undoes it; or normalize with `LayerNormalization`"
            yield _warning("batch-normalization-in-time-distributed", message, step.span, why, help)


def _activity_regularizer_dropped(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        dropped = isinstance(step.layer, TimeDistributed) and not unwraps(step.layer, step.input_shape)
        if dropped and getattr(wrapped(step.layer), "activity_regularizer", None):
            message = "`activity_regularizer` has no effect under `TimeDistributed`"
            why = "Keras 3.15 drops the penalty of the layer inside"
            help = "penalize the weights instead: `kernel_regularizer`"
            yield _warning("activity-regularizer-dropped", message, step.span, why, help)


def _activation_before_batch_normalization(plan: Plan) -> Iterator[Diagnostic]:
    for before, step in pairwise(plan.steps):
        activation = _activation(before.layer)
        if wrapped(step.layer).title() != "BatchNormalization" or activation is None or _is_recurrent(before):
            continue
        message = f"`BatchNormalization` normalizes what `{activation}` has already bent"
        why = "mean and variance are meant for the sums in front of the activation, which spread to both sides"
        help = f"move the activation of line {before.span.line} behind it: `Activation: {{activation: {activation}}}`"
        yield _warning("activation-before-batch-normalization", message, step.span, why, help)


def _dtype_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner = wrapped(step.layer).dtype
        if isinstance(step.layer, TimeDistributed) and inner not in (None, step.layer.dtype):
            message = f"`dtype: {inner}` of the layer inside does not reach the outputs of `TimeDistributed`"
            why = "Keras 3.15 gives them the wrapper's own; a float32 head under mixed precision answers in float16"
            help = f"write `dtype: {inner}` beside the layer as well"
            yield _warning("dtype-in-time-distributed", message, step.span, why, help)


def _flatten_over_time(plan: Plan) -> Iterator[Diagnostic]:
    for index, step in enumerate(plan.steps):
        merges = step.title == "Flatten" and len(step.input_shape) > 2 and step.input_shape[1] != 1
        if merges and any(_is_recurrent(behind) for behind in plan.steps[index:]):
            message = "`Flatten` lays all timesteps side by side before a recurrent layer reads them"
            why = "the steps that the recurrent layer walks along are no longer those of the input"
            help = f"`TimeDistributed: Flatten` on line {step.span.line} flattens each step and keeps time"
            yield _warning("flatten-over-time", message, step.span, why, help)


def _size_of_one(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        shrunk = [before for before, after in _places(step) if after == 1 and before not in (None, 1)]
        if shrunk:
            message = f"`{wrapped(step.layer).title()}` leaves a single place of {shrunk[0]} along an axis"
            why = "its windows cover the whole axis: what stands where along it is lost from here on"
            help = "use smaller windows or strides, or fewer of them; a global pooling says openly what is meant"
            yield _warning("size-of-one", message, step.span, why, help)


def _steps_reversed(plan: Plan) -> Iterator[Diagnostic]:
    backwards = [step for step in plan.steps if getattr(step.layer, "go_backwards", False)]
    if plan.signature().per_step and len(backwards) % 2:
        step = backwards[-1]
        message = f"`{step.title}` hands its steps on from the last to the first"
        why = "with `go_backwards` Keras returns the sequence reversed: each step is held against another one's answer"
        help = "leave `go_backwards` out, or wrap the layer in `Bidirectional`, which turns the steps back"
        yield _warning("steps-reversed", message, step.span, why, help)


def _places(step: Step) -> list[tuple[int | None, int | None]]:
    """Return the sizes before and behind of the axes that a window slides along; time is none under a wrapper."""
    inner = wrapped(step.layer)
    slides = hasattr(inner, "pool_size") or hasattr(inner, "kernel_size")
    if not slides or len(step.input_shape) != len(step.output_shape):
        return []
    return list(zip(step.input_shape[1:-1], step.output_shape[1:-1], strict=True))


def _activation(layer: Layer) -> str | None:
    """Return the activation; None for a linear one."""
    activation = getattr(wrapped(layer), "activation", None)
    return None if activation == "linear" else activation


def _is_recurrent(step: Step) -> bool:
    return hasattr(wrapped(step.layer), "recurrent_initializer")


_ADVICE = (
    _outputs_as_wide_as_time,
    _batch_normalization_in_time_distributed,
    _activity_regularizer_dropped,
    _activation_before_batch_normalization,
    _dtype_in_time_distributed,
    _flatten_over_time,
    _size_of_one,
    _steps_reversed,
)

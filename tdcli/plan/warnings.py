"""Likely mistakes in a plan that runs. Each check looks at the whole plan and yields warnings."""

from collections.abc import Iterator
from itertools import pairwise, takewhile

from tdcli.layers.batch_normalization import BatchNormalization
from tdcli.layers.core.base import Layer
from tdcli.layers.core.pooling import Pooling
from tdcli.layers.core.random_dropout import RandomDropout
from tdcli.layers.core.ranges import range_of
from tdcli.layers.core.recurrent import Recurrent
from tdcli.layers.core.spatial import to_channels_last
from tdcli.layers.core.windows import SlidingKernel
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.output_activation import layers_after_outputs
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.plan.unknown_timesteps import unwraps
from tdcli.text.change import Change, Help
from tdcli.text.diagnostic import Diagnostic, sort_by_position

MAX_BOUNDED_STATE = 10
"""What an activation may answer at most, in size, to count as one that bounds."""


def plan_warnings(
    plan: Plan, *, folded: bool = False, several_rows_ahead: bool = False, channels_first: bool = False
) -> tuple[Diagnostic, ...]:
    """Return the warnings, in the order of the layers, but for those that their context answers.

    folded: the training folds time into the batch, so that TimeDistributed does not go step by step.
    several_rows_ahead: the data asks for several rows ahead, so that many outputs are meant.
    channels_first: a warning of the frames' axes explains places of size one.
    """
    answered = {
        _outputs_as_wide_as_time: several_rows_ahead,
        _batch_normalization_in_time_distributed: folded,
        _activity_regularizer_dropped: folded,
        _size_of_one: channels_first,
    }
    checks = (check for check in _CHECKS if not answered.get(check))
    return sort_by_position(warning for check in checks for warning in check(plan))


def _outputs_as_wide_as_time(plan: Plan) -> Iterator[Diagnostic]:
    last, timesteps = plan.steps[-1], plan.input_shape[1]
    outputs = plan.output_shape[-1]
    if plan.kind != "many-to-one" or timesteps in (None, 1) or outputs != timesteps or _nonlinearity(last.layer):
        return
    shared = (last.input_shape[-1] or 0) + 1
    total = plan.parameters
    message = f"the model gives {outputs} outputs at once, as many as it has timesteps"
    wide = last.parameters.total
    why = f"if they are one answer a step, a head for all steps needs {shared} weights in place of {wide}"
    help = f"`kind: many-to-many` with `outputs: 1`: {total - wide + shared:,} parameters, not {total:,}"
    yield Diagnostic.warning("outputs-as-wide-as-time", message, help, span=last.span, why=why)


def _batch_normalization_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner, timesteps = step.layer.innermost, step.input_shape[1]
        if isinstance(step.layer, TimeDistributed) and isinstance(inner, BatchNormalization) and timesteps:
            momentum = inner.momentum
            message = f"`BatchNormalization` updates its averages {timesteps} times a batch here, once a timestep"
            why = f"a momentum of {momentum:g} acts as {momentum**timesteps:.2g}: the averages forget faster"
            help = f"`momentum: {momentum ** (1 / timesteps):.4g}` undoes it; or normalize with `LayerNormalization`"
            yield Diagnostic.warning("batch-normalization-in-time-distributed", message, help, span=step.span, why=why)


def _activity_regularizer_dropped(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        dropped = isinstance(step.layer, TimeDistributed) and not unwraps(step.layer, step.input_shape)
        if dropped and step.layer.innermost.arguments().get("activity_regularizer"):
            message = "`activity_regularizer` has no effect under `TimeDistributed`"
            why = "Keras 3.15 drops the penalty of the layer inside"
            help = "penalize the weights instead: `kernel_regularizer`"
            yield Diagnostic.warning("activity-regularizer-dropped", message, help, span=step.span, why=why)


def _activation_before_batch_normalization(plan: Plan) -> Iterator[Diagnostic]:
    for before, step in pairwise(plan.steps):
        activation = _nonlinearity(before.layer)
        is_recurrent = before.layer.innermost.is_recurrent
        if not isinstance(step.layer.innermost, BatchNormalization) or activation is None or is_recurrent:
            continue
        message = f"`BatchNormalization` normalizes what `{activation}` has already bent"
        why = "mean and variance are meant for the sums in front of the activation, which spread to both sides"
        help = f"move the activation of line {before.span.line} behind it: `Activation: {{activation: {activation}}}`"
        yield Diagnostic.warning("activation-before-batch-normalization", message, help, span=step.span, why=why)


def _dtype_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner = step.layer.innermost.dtype
        if isinstance(step.layer, TimeDistributed) and inner not in (None, step.layer.dtype):
            message = f"`dtype: {inner}` of the layer inside does not reach the outputs of `TimeDistributed`"
            why = "Keras 3.15 gives them the wrapper's own; a float32 head under mixed precision answers in float16"
            help = f"write `dtype: {inner}` beside the layer as well"
            yield Diagnostic.warning("dtype-in-time-distributed", message, help, span=step.span, why=why)


def _unbounded_recurrence(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        cell, timesteps = step.layer.innermost, step.input_shape[1]
        if not isinstance(cell, Recurrent) or timesteps == 1 or _starts_as_identity(cell):
            continue
        activation = cell.activation or "linear"
        if not range_of(activation).within(-MAX_BOUNDED_STATE, MAX_BOUNDED_STATE):
            message = f"nothing bounds the state of `{cell.title()}`: its activation is `{activation}`"
            why = "the state is fed back at every step, so it can grow without limit"
            help = "leave `activation` out: `tanh` keeps the state between -1 and 1"
            yield Diagnostic.warning("unbounded-recurrence", message, help, span=step.span, why=why)


def _starts_as_identity(cell: Recurrent) -> bool:
    """Return whether recurrent weights start as the identity, so that the state keeps its size (Le et al., 2015).

    `Identity` may come as a name in either case, or as a mapping with a gain.
    """
    return "dentity" in str(cell.recurrent_initializer)


def _flatten_over_time(plan: Plan) -> Iterator[Diagnostic]:
    """Warn of a Flatten whose vector a Reshape cuts into another number of steps for a recurrent layer.

    A vector that RepeatVector repeats is the whole sequence knowingly, and a Reshape back to the same steps restores
    them; a single step has a warning of its own.
    """
    for index, step in enumerate(plan.steps[:-1]):
        merges = step.title == "Flatten" and len(step.input_shape) > 2 and step.input_shape[1] != 1
        behind = plan.steps[index + 1]
        cuts = behind.title == "Reshape" and behind.output_shape[1] not in (1, step.input_shape[1])
        if merges and cuts and _is_read_along_time(plan.steps[index + 2 :]):
            message = "`Flatten` lays all timesteps side by side before a recurrent layer reads them"
            why = "the steps that the recurrent layer walks along are no longer those of the input"
            text = f"`TimeDistributed: Flatten` in place of lines {step.span.line} to {behind.span.line} keeps time"
            change = Change(step.key_path, {"TimeDistributed": "Flatten"})
            help = Help(text, (change, Change(behind.key_path, None, "remove")))
            yield Diagnostic.warning("flatten-over-time", message, help, span=step.span, why=why)


def _is_read_along_time(steps: tuple[Step, ...]) -> bool:
    """Return whether a recurrent layer comes before the time axis is merged or replaced."""
    kept = takewhile(lambda step: step.title not in ("Flatten", "RepeatVector", "Reshape"), steps)
    return any(step.layer.innermost.is_recurrent for step in kept)


def _one_step_sequence(plan: Plan) -> Iterator[Diagnostic]:
    """Warn of a recurrent layer whose time axis a layer before it cut down, or made, to a single step."""
    for before, step in pairwise(plan.steps):
        cell = step.layer.innermost
        is_made = step.input_shape[1] == 1 and plan.input_shape[1] != 1
        if is_made and cell.is_recurrent and before.title in ("Reshape", "RepeatVector"):
            title = cell.title()
            message = f"`{title}` reads a sequence of one step"
            why = f"the `{before.title}` before it makes a time axis of length 1, so there is nothing to remember"
            help = "give the input a time axis, `[timesteps, ...]`, or leave out both layers"
            yield Diagnostic.warning("one-step-sequence", message, help, span=step.span, why=why)


def _size_of_one(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        shrunk = [before for before, after in _window_places(step) if after == 1 and before not in (None, 1)]
        if shrunk:
            message = f"`{step.layer.innermost.title()}` leaves a single place of {shrunk[0]} along an axis"
            why = "its windows cover the whole axis: what stands where along it is lost from here on"
            help = "use smaller windows or strides, or fewer of them; a global pooling says openly what is meant"
            yield Diagnostic.warning("size-of-one", message, help, span=step.span, why=why)


def _dropout_behind_outputs(plan: Plan) -> Iterator[Diagnostic]:
    for step in layers_after_outputs(plan.steps):
        layer = step.layer.innermost
        if isinstance(layer, RandomDropout) and layer.rate:
            message = f"`{layer.title()}` stands behind the outputs, and changes the answers while training"
            why = "an answer that was set to 0 is wrong whatever the weights are, and the loss is told nothing of them"
            help = Help(
                f"leave the `{layer.title()}` on line {step.span.line} out", (Change(step.key_path, None, "remove"),)
            )
            yield Diagnostic.warning("dropout-behind-outputs", message, help, span=step.span, why=why)
            return


def _steps_reversed(plan: Plan) -> Iterator[Diagnostic]:
    backwards = [step for step in plan.steps if isinstance(step.layer, Recurrent) and step.layer.go_backwards]
    if plan.signature().per_step and len(backwards) % 2:
        step = backwards[-1]
        message = f"`{step.title}` returns its steps in reverse order"
        why = "with `go_backwards` Keras returns the sequence reversed: each output meets the target of another step"
        help = "leave `go_backwards` out, or wrap the layer in `Bidirectional`, which restores their order"
        yield Diagnostic.warning("steps-reversed", message, help, span=step.span, why=why)


def _all_frozen(plan: Plan) -> Iterator[Diagnostic]:
    frozen = [step for step in plan.steps if step.layer.is_frozen and step.parameters.total]
    if frozen and not plan.trainable:
        message = f"no layer is left to train: all {plan.non_trainable:,} weights are frozen"
        why = "training then leaves the model as it is, whatever the loss says"
        help = f"leave `trainable: false` out of the `{frozen[-1].title}` on line {frozen[-1].span.line}"
        yield Diagnostic.warning("all-frozen", message, help, span=frozen[-1].span, why=why)


def _window_places(step: Step) -> list[tuple[int | None, int | None]]:
    """Return the sizes before and behind of the axes that a window slides along; time is none under a wrapper.

    Channels are none, wherever they stand, nor is an axis that a kernel spans: its weights tell the places apart.
    """
    layer: Layer = step.layer
    shapes = (step.input_shape, step.output_shape)
    while isinstance(layer, TimeDistributed):
        shapes = layer.step_shape(shapes[0]), layer.step_shape(shapes[1])
        layer = layer.layer
    inner = layer.innermost
    if not isinstance(inner, SlidingKernel | Pooling) or len(shapes[0]) != len(shapes[1]):
        return []
    before, after = (to_channels_last(shape, inner.data_format)[-inner.rank - 1 : -1] for shape in shapes)
    has_kernel = isinstance(inner, SlidingKernel)
    axes = zip(before, after, inner.window, strict=True)
    return [(old, new) for old, new, size in axes if not (has_kernel and old == size)]


def _nonlinearity(layer: Layer) -> str | None:
    """Return the activation that an argument names; None for a linear one."""
    activation = layer.innermost.applied_activation
    return None if activation == "linear" else activation


_CHECKS = (
    _outputs_as_wide_as_time,
    _batch_normalization_in_time_distributed,
    _activity_regularizer_dropped,
    _activation_before_batch_normalization,
    _dtype_in_time_distributed,
    _unbounded_recurrence,
    _flatten_over_time,
    _one_step_sequence,
    _size_of_one,
    _dropout_behind_outputs,
    _steps_reversed,
    _all_frozen,
)

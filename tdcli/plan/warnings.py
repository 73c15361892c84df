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
"""The largest absolute output of an activation that counts as bounded."""


def plan_warnings(
    plan: Plan, *, folded: bool = False, several_rows_ahead: bool = False, channels_first: bool = False
) -> tuple[Diagnostic, ...]:
    """Return the warnings in the order of the layers, without those that do not apply in this context.

    folded: training folds time into the batch, so `TimeDistributed` does not run step by step.
    several_rows_ahead: the data asks for forecasts of several rows, so several outputs are intended.
    channels_first: another warning, about the order of a frame's axes, already explains axes of size 1.
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
    message = f"the model has {outputs} outputs, as many as the input has timesteps"
    wide = last.parameters.total
    why = f"if each output is for one timestep, a layer shared by all timesteps needs {shared} weights, not {wide}"
    help = f"write `kind: many-to-many` with `outputs: 1`: {total - wide + shared:,} parameters instead of {total:,}"
    yield Diagnostic.warning("outputs-as-wide-as-time", message, help, span=last.span, why=why)


def _batch_normalization_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner, timesteps = step.layer.innermost, step.input_shape[1]
        if isinstance(step.layer, TimeDistributed) and isinstance(inner, BatchNormalization) and timesteps:
            momentum = inner.momentum
            message = f"`BatchNormalization` updates its moving averages {timesteps} times per batch, once per timestep"
            why = f"a momentum of {momentum:g} acts like {momentum**timesteps:.2g}, so the averages change faster"
            help = f"write `momentum: {momentum ** (1 / timesteps):.4g}` to compensate, or use `LayerNormalization`"
            yield Diagnostic.warning("batch-normalization-in-time-distributed", message, help, span=step.span, why=why)


def _activity_regularizer_dropped(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        dropped = isinstance(step.layer, TimeDistributed) and not unwraps(step.layer, step.input_shape)
        if dropped and step.layer.innermost.arguments().get("activity_regularizer"):
            message = "`activity_regularizer` has no effect inside `TimeDistributed`"
            why = "Keras 3.15 ignores the penalty of the wrapped layer"
            help = "use `kernel_regularizer` to penalize the weights instead"
            yield Diagnostic.warning("activity-regularizer-dropped", message, help, span=step.span, why=why)


def _activation_before_batch_normalization(plan: Plan) -> Iterator[Diagnostic]:
    for before, step in pairwise(plan.steps):
        activation = _nonlinearity(before.layer)
        is_recurrent = before.layer.innermost.is_recurrent
        if not isinstance(step.layer.innermost, BatchNormalization) or activation is None or is_recurrent:
            continue
        message = f"`BatchNormalization` comes after the activation `{activation}`"
        why = "normalization expects the values before the activation, which spread to both sides of their mean"
        help = f"move the activation of line {before.span.line} after it: `Activation: {{activation: {activation}}}`"
        yield Diagnostic.warning("activation-before-batch-normalization", message, help, span=step.span, why=why)


def _dtype_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner = step.layer.innermost.dtype
        if isinstance(step.layer, TimeDistributed) and inner not in (None, step.layer.dtype):
            message = f"`dtype: {inner}` of the wrapped layer does not apply to the outputs of `TimeDistributed`"
            why = "Keras 3.15 uses the dtype of the wrapper; with mixed precision, a float32 head would output float16"
            help = f"add `dtype: {inner}` to the `TimeDistributed` as well"
            yield Diagnostic.warning("dtype-in-time-distributed", message, help, span=step.span, why=why)


def _unbounded_recurrence(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        cell, timesteps = step.layer.innermost, step.input_shape[1]
        if not isinstance(cell, Recurrent) or timesteps == 1 or _starts_as_identity(cell):
            continue
        activation = cell.activation or "linear"
        if not range_of(activation).within(-MAX_BOUNDED_STATE, MAX_BOUNDED_STATE):
            message = f"the state of `{cell.title()}` is unbounded: its activation is `{activation}`"
            why = "the state is fed back at each timestep, so it can grow without limit"
            help = "remove `activation` to use `tanh`, which keeps the state between -1 and 1"
            yield Diagnostic.warning("unbounded-recurrence", message, help, span=step.span, why=why)


def _starts_as_identity(cell: Recurrent) -> bool:
    """Return whether the recurrent weights start as the identity, so that the state keeps its size (Le et al., 2015).

    `Identity` may be a name in either case, or a mapping with a gain.
    """
    return "dentity" in str(cell.recurrent_initializer)


def _flatten_over_time(plan: Plan) -> Iterator[Diagnostic]:
    """Warn about a Flatten whose vector a Reshape splits into another number of timesteps for a recurrent layer.

    A RepeatVector after it shows that the vector of the whole sequence is intended. A Reshape to the same number
    restores the timesteps. A single timestep has a warning of its own.
    """
    for index, step in enumerate(plan.steps[:-1]):
        merges = step.title == "Flatten" and len(step.input_shape) > 2 and step.input_shape[1] != 1
        behind = plan.steps[index + 1]
        cuts = behind.title == "Reshape" and behind.output_shape[1] not in (1, step.input_shape[1])
        if merges and cuts and _is_read_along_time(plan.steps[index + 2 :]):
            message = "`Flatten` merges all timesteps into one vector before a recurrent layer"
            why = "the steps that the recurrent layer reads are no longer the timesteps of the input"
            lines = f"lines {step.span.line} to {behind.span.line}"
            text = f"replace {lines} with `TimeDistributed: Flatten`, which keeps the time axis"
            change = Change(step.key_path, {"TimeDistributed": "Flatten"})
            help = Help(text, (change, Change(behind.key_path, None, "remove")))
            yield Diagnostic.warning("flatten-over-time", message, help, span=step.span, why=why)


def _is_read_along_time(steps: tuple[Step, ...]) -> bool:
    """Return whether a recurrent layer comes before the time axis is merged or replaced."""
    kept = takewhile(lambda step: step.title not in ("Flatten", "RepeatVector", "Reshape"), steps)
    return any(step.layer.innermost.is_recurrent for step in kept)


def _one_step_sequence(plan: Plan) -> Iterator[Diagnostic]:
    """Warn about a recurrent layer whose time axis an earlier layer shrank or created to a single timestep."""
    for before, step in pairwise(plan.steps):
        cell = step.layer.innermost
        is_made = step.input_shape[1] == 1 and plan.input_shape[1] != 1
        if is_made and cell.is_recurrent and before.title in ("Reshape", "RepeatVector"):
            title = cell.title()
            message = f"`{title}` reads a sequence of one timestep"
            why = f"the `{before.title}` before it makes a time axis of length 1, so there is nothing to remember"
            help = "give the input a time axis, `[timesteps, ...]`, or remove both layers"
            yield Diagnostic.warning("one-step-sequence", message, help, span=step.span, why=why)


def _size_of_one(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        shrunk = [before for before, after in _window_places(step) if after == 1 and before not in (None, 1)]
        if shrunk:
            message = f"`{step.layer.innermost.title()}` shrinks an axis from {shrunk[0]} positions to 1"
            why = "its window covers the whole axis, so the order of the values along it is lost"
            help = "use smaller windows or strides, or fewer layers; if this is intended, use a global pooling layer"
            yield Diagnostic.warning("size-of-one", message, help, span=step.span, why=why)


def _dropout_behind_outputs(plan: Plan) -> Iterator[Diagnostic]:
    for step in layers_after_outputs(plan.steps):
        layer = step.layer.innermost
        if isinstance(layer, RandomDropout) and layer.rate:
            message = f"`{layer.title()}` after the output layer changes the predictions during training"
            why = "a prediction that was set to 0 is wrong for any weights, so training cannot correct it"
            help = Help(
                f"remove the `{layer.title()}` on line {step.span.line}", (Change(step.key_path, None, "remove"),)
            )
            yield Diagnostic.warning("dropout-behind-outputs", message, help, span=step.span, why=why)
            return


def _steps_reversed(plan: Plan) -> Iterator[Diagnostic]:
    backwards = [step for step in plan.steps if isinstance(step.layer, Recurrent) and step.layer.go_backwards]
    if plan.signature().per_step and len(backwards) % 2:
        step = backwards[-1]
        message = f"`{step.title}` returns its timesteps in reverse order"
        why = "with `go_backwards`, Keras reverses the sequence, so each output meets the target of another timestep"
        help = "remove `go_backwards`, or wrap the layer in `Bidirectional`, which restores the order"
        yield Diagnostic.warning("steps-reversed", message, help, span=step.span, why=why)


def _all_frozen(plan: Plan) -> Iterator[Diagnostic]:
    frozen = [step for step in plan.steps if step.layer.is_frozen and step.parameters.total]
    if frozen and not plan.trainable:
        message = f"the model has no trainable weights: all {plan.non_trainable:,} are frozen"
        why = "training cannot change the model"
        help = f"remove `trainable: false` from the `{frozen[-1].title}` on line {frozen[-1].span.line}"
        yield Diagnostic.warning("all-frozen", message, help, span=frozen[-1].span, why=why)


def _window_places(step: Step) -> list[tuple[int | None, int | None]]:
    """Return the input and output sizes of the axes that a window slides along.

    The time axis of a wrapper and the channels are not among them. Nor is an axis that a kernel spans completely,
    because its weights distinguish the positions.
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

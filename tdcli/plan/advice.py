"""What runs but is rarely meant. Each piece of advice looks at the whole plan and yields warnings."""

from collections.abc import Iterator
from itertools import pairwise, takewhile

from tdcli.layers.core.base import Layer
from tdcli.layers.core.ranges import range_of
from tdcli.layers.core.spatial import channels_last
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.ending import OF_CHANCE, behind_ending
from tdcli.plan.plan import Plan, Step
from tdcli.plan.unknown_timesteps import unwraps
from tdcli.text.change import AnyHelp, Change, Help, as_helps
from tdcli.text.diagnostic import Diagnostic, Span

MOST_STATE = 10
"""What an activation may answer at most, in size, to count as one that bounds."""


def advice(plan: Plan) -> tuple[Diagnostic, ...]:
    """Return the warnings, in the order of the layers."""
    found = [warning for advise in _ADVICE for warning in advise(plan)]
    return tuple(sorted(found, key=lambda each: (each.span.line, each.span.column) if each.span else (0, 0)))


def _warning(name: str, message: str, span: Span, why: str, help: AnyHelp) -> Diagnostic:
    return Diagnostic(name, message, span, why=why, helps=as_helps([help]), severity="warning")


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
        inner, timesteps = step.layer.innermost, step.input_shape[1]
        if isinstance(step.layer, TimeDistributed) and inner.title() == "BatchNormalization" and timesteps:
            momentum = vars(inner)["momentum"]
            message = f"`BatchNormalization` updates its averages {timesteps} times a batch here, once a timestep"
            why = f"a momentum of {momentum:g} acts as {momentum**timesteps:.2g}: the averages forget faster"
            help = f"`momentum: {momentum ** (1 / timesteps):.4g}` undoes it; or normalize with `LayerNormalization`"
            yield _warning("batch-normalization-in-time-distributed", message, step.span, why, help)


def _activity_regularizer_dropped(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        dropped = isinstance(step.layer, TimeDistributed) and not unwraps(step.layer, step.input_shape)
        if dropped and getattr(step.layer.innermost, "activity_regularizer", None):
            message = "`activity_regularizer` has no effect under `TimeDistributed`"
            why = "Keras 3.15 drops the penalty of the layer inside"
            help = "penalize the weights instead: `kernel_regularizer`"
            yield _warning("activity-regularizer-dropped", message, step.span, why, help)


def _activation_before_batch_normalization(plan: Plan) -> Iterator[Diagnostic]:
    for before, step in pairwise(plan.steps):
        activation = _activation(before.layer)
        if step.layer.innermost.title() != "BatchNormalization" or activation is None or _is_recurrent(before):
            continue
        message = f"`BatchNormalization` normalizes what `{activation}` has already bent"
        why = "mean and variance are meant for the sums in front of the activation, which spread to both sides"
        help = f"move the activation of line {before.span.line} behind it: `Activation: {{activation: {activation}}}`"
        yield _warning("activation-before-batch-normalization", message, step.span, why, help)


def _dtype_in_time_distributed(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        inner = step.layer.innermost.dtype
        if isinstance(step.layer, TimeDistributed) and inner not in (None, step.layer.dtype):
            message = f"`dtype: {inner}` of the layer inside does not reach the outputs of `TimeDistributed`"
            why = "Keras 3.15 gives them the wrapper's own; a float32 head under mixed precision answers in float16"
            help = f"write `dtype: {inner}` beside the layer as well"
            yield _warning("dtype-in-time-distributed", message, step.span, why, help)


def _unbounded_recurrence(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        cell, timesteps = step.layer.innermost, step.input_shape[1]
        if not _is_recurrent(step) or timesteps == 1 or _keeps_its_size(cell):
            continue
        activation = vars(cell)["activation"] or "linear"
        if not range_of(activation).within(-MOST_STATE, MOST_STATE):
            message = f"nothing bounds the state of `{cell.title()}`: its activation is `{activation}`"
            why = "the state is fed back at every step, so it can grow without limit"
            help = "leave `activation` out: `tanh` keeps the state between -1 and 1"
            yield _warning("unbounded-recurrence", message, step.span, why, help)


def _keeps_its_size(cell: Layer) -> bool:
    """Say whether recurrent weights begin as the identity (Le, Jaitly and Hinton, 2015)."""
    return "dentity" in str(vars(cell)["recurrent_initializer"])


def _flatten_over_time(plan: Plan) -> Iterator[Diagnostic]:
    """Warn of a Flatten whose vector a Reshape cuts anew for a recurrent layer, in another number of steps.

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
            change = Change(step.way, {"TimeDistributed": "Flatten"})
            help = Help(text, (change, Change(behind.way, None, "remove")))
            yield _warning("flatten-over-time", message, step.span, why, help)


def _is_read_along_time(steps: tuple[Step, ...]) -> bool:
    """Say whether a recurrent layer comes before time is merged or made anew."""
    kept = takewhile(lambda step: step.title not in ("Flatten", "RepeatVector", "Reshape"), steps)
    return any(_is_recurrent(step) for step in kept)


def _one_step_sequence(plan: Plan) -> Iterator[Diagnostic]:
    """Warn of a recurrent layer whose time axis a layer before it cut down, or made, to a single step."""
    for before, step in pairwise(plan.steps):
        is_made = step.input_shape[1] == 1 and plan.input_shape[1] != 1 and not _is_recurrent(before)
        if is_made and _is_recurrent(step) and before.title in ("Reshape", "RepeatVector"):
            title = step.layer.innermost.title()
            message = f"`{title}` reads a sequence of one step"
            why = f"the `{before.title}` before it makes a time axis of length 1, so there is nothing to remember"
            help = "give the input a time axis, `[timesteps, ...]`, or leave out both layers"
            yield _warning("one-step-sequence", message, step.span, why, help)


def _size_of_one(plan: Plan) -> Iterator[Diagnostic]:
    for step in plan.steps:
        shrunk = [before for before, after in _places(step) if after == 1 and before not in (None, 1)]
        if shrunk:
            message = f"`{step.layer.innermost.title()}` leaves a single place of {shrunk[0]} along an axis"
            why = "its windows cover the whole axis: what stands where along it is lost from here on"
            help = "use smaller windows or strides, or fewer of them; a global pooling says openly what is meant"
            yield _warning("size-of-one", message, step.span, why, help)


def _dropout_behind_outputs(plan: Plan) -> Iterator[Diagnostic]:
    for step in behind_ending(plan.steps):
        layer = step.layer.innermost
        if layer.title() in OF_CHANCE and vars(layer)["rate"]:
            message = f"`{layer.title()}` stands behind the outputs, and changes the answers while training"
            why = "an answer that was set to 0 is wrong whatever the weights are, and the loss is told nothing of them"
            help = Help(
                f"leave the `{layer.title()}` on line {step.span.line} out", (Change(step.way, None, "remove"),)
            )
            yield _warning("dropout-behind-outputs", message, step.span, why, help)
            return


def _steps_reversed(plan: Plan) -> Iterator[Diagnostic]:
    backwards = [step for step in plan.steps if getattr(step.layer, "go_backwards", False)]
    if plan.signature().per_step and len(backwards) % 2:
        step = backwards[-1]
        message = f"`{step.title}` returns its steps in reverse order"
        why = "with `go_backwards` Keras returns the sequence reversed: each output meets the target of another step"
        help = "leave `go_backwards` out, or wrap the layer in `Bidirectional`, which restores their order"
        yield _warning("steps-reversed", message, step.span, why, help)


def _all_frozen(plan: Plan) -> Iterator[Diagnostic]:
    frozen = [step for step in plan.steps if step.layer.is_frozen and step.parameters.total]
    if frozen and not plan.trainable:
        message = f"no layer is left to train: all {plan.non_trainable:,} weights are frozen"
        why = "training then leaves the model as it is, whatever the loss says"
        help = f"leave `trainable: false` out of the `{frozen[-1].title}` on line {frozen[-1].span.line}"
        yield _warning("all-frozen", message, frozen[-1].span, why, help)


def _places(step: Step) -> list[tuple[int | None, int | None]]:
    """Return the sizes before and behind of the axes that a window slides along; time is none under a wrapper.

    Channels are none, wherever they stand, nor is an axis that a kernel spans: its weights tell the places apart.
    """
    layer: Layer = step.layer
    shapes = (step.input_shape, step.output_shape)
    while isinstance(layer, TimeDistributed):
        shapes = layer.step_shape(shapes[0]), layer.step_shape(shapes[1])
        layer = layer.layer
    inner = layer.innermost
    sizes = getattr(inner, "pool_size", None) or getattr(inner, "kernel_size", None)
    if not sizes or len(shapes[0]) != len(shapes[1]):
        return []
    before, after = (channels_last(shape, vars(inner)["data_format"])[-len(sizes) - 1 : -1] for shape in shapes)
    spans = hasattr(inner, "kernel_size")
    return [(old, new) for old, new, size in zip(before, after, sizes, strict=True) if not (spans and old == size)]


def _activation(layer: Layer) -> str | None:
    """Return the activation; None for a linear one."""
    activation = getattr(layer.innermost, "activation", None)
    return None if activation == "linear" else activation


def _is_recurrent(step: Step) -> bool:
    return hasattr(step.layer.innermost, "recurrent_initializer")


_ADVICE = (
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

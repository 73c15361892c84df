"""Unroll a plan through time for a drawing: what each layer does at each timestep."""

from dataclasses import dataclass
from typing import Literal

from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.core.base import Elementwise
from tdcli.layers.core.recurrent import Recurrent, recurrent_cell
from tdcli.layers.embedding import Embedding
from tdcli.layers.masking import Masking
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.plan.unknown_timesteps import acts_on_last_axis

TimeUse = Literal["each step", "forward", "backward", "both ways", "all steps", "no steps"]
"""How a layer uses time: each timestep separately, one after another, all of them at once, or not at all."""

GAP = "…"
"""The label of the timesteps that are not shown."""

INPUT = -1
"""The position of the model's input in `reads`."""

COMPARE_ALONG_AXIS = ("RMSNormalization", "Softmax", "UnitNormalization")
"""Layers that treat each timestep separately, unless their axis is time."""

MAX_STEPS_SHOWN = 5
FIRST_STEPS = 3
"""If there are more than MAX_STEPS_SHOWN timesteps, this many are shown, then a gap, then the last one."""


@dataclass(frozen=True)
class UnrolledLayer:
    """A layer. timesteps: of its output; None if their number varies, 0 if there is no time axis.

    tag: a letter for its weights; empty if it has none. reads: the positions of the layers whose outputs it reads,
    the previous one first; INPUT is the input of the model.
    """

    step: Step
    way: TimeUse
    tag: str
    timesteps: int | None
    reads: tuple[int, ...]


def unroll(plan: Plan) -> tuple[UnrolledLayer, ...]:
    """Return the layers, starting at the input."""
    weighted = [step.name for step in plan.steps if step.parameters.total]
    tags = {name: _letters(place) for place, name in enumerate(weighted)}
    found, timed = [], has_timesteps(plan)
    for place, step in enumerate(plan.steps):
        before, timed = timed, _has_time(step, before=timed)
        timesteps = step.output_shape[1] if timed else 0
        way = _time_use(step, before, timed)
        found.append(UnrolledLayer(step, way, tags.get(step.name, ""), timesteps, _reads(step, place)))
    return tuple(found)


def has_timesteps(plan: Plan) -> bool:
    """Return whether the input has a time axis. `(batch, features)` does not have one, `(batch, tokens)` does."""
    return len(plan.input_shape) > 2 or plan.input_dtype == "int32"


def step_labels(timesteps: int | None) -> tuple[str, ...]:
    """Return the labels of the columns: numbers of timesteps, and an ellipsis for those that are not shown.

    >>> step_labels(3), step_labels(10), step_labels(None), step_labels(0)
    (('1', '2', '3'), ('1', '2', '3', '…', '10'), ('1', '2', '3', '…', 'T'), ('',))
    """
    if timesteps == 0:
        return ("",)
    if timesteps is not None and timesteps <= MAX_STEPS_SHOWN:
        return tuple(str(number + 1) for number in range(timesteps))
    first = (str(number + 1) for number in range(FIRST_STEPS))
    return (*first, GAP, "T" if timesteps is None else str(timesteps))


def _reads(step: Step, place: int) -> tuple[int, ...]:
    """Return the positions that a layer reads: the layer before it, and the block's input for a residual sum."""
    return (place - 1, place - step.residual_length - 1) if step.residual_length else (place - 1,)


def _has_time(step: Step, *, before: bool) -> bool:
    """Return whether the output has a time axis. A last state has none, whether it is a vector or a frame."""
    if len(step.output_shape) < 3:
        return False
    cell = recurrent_cell(step.layer)
    return cell.return_sequences if cell else before or len(step.input_shape) == 2


def _time_use(step: Step, before: bool, after: bool) -> TimeUse:
    if not before:
        return "all steps" if after else "no steps"
    if isinstance(step.layer, Bidirectional):
        return "both ways"
    if isinstance(step.layer, Recurrent):
        return "backward" if step.layer.go_backwards else "forward"
    keeps_steps = after and step.input_shape[1] == step.output_shape[1]
    return "each step" if keeps_steps and _treats_steps_alike(step) else "all steps"


def _treats_steps_alike(step: Step) -> bool:
    layer = step.layer
    if isinstance(layer, Elementwise):
        return not _has_weights_of_timesteps(step)
    if layer.title() in COMPARE_ALONG_AXIS:
        return layer.arguments()["axis"] in (-1, (-1,))
    return isinstance(layer, TimeDistributed | Embedding | Masking) or acts_on_last_axis(layer)


def _has_weights_of_timesteps(step: Step) -> bool:
    """Return whether each timestep has weights of its own, as in a `PReLU` without `shared_axes`."""
    batch, timesteps, *sizes = step.input_shape
    if timesteps is None or not step.parameters.total:
        return False
    return step.layer.parameters((batch, timesteps + 1, *sizes)).total != step.parameters.total


def _letters(place: int) -> str:
    """Return A to Z, then AA, AB and so on.

    >>> _letters(0), _letters(25), _letters(27)
    ('A', 'Z', 'AB')
    """
    first = _letters(place // 26 - 1) if place >= 26 else ""
    return first + chr(ord("A") + place % 26)

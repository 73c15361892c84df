"""A plan as the rows of its drawing: the input, the layers and the output, each with what it reads."""

from dataclasses import dataclass
from typing import Literal

from tdcli.plan.plan import Plan
from tdcli.plan.unrolled import GAP, TimeUse, UnrolledLayer, has_timesteps, step_labels, unroll
from tdcli.report.drawings.captions import Caption, caption_input, caption_layer, caption_output, is_frame
from tdcli.report.drawings.families import family_of
from tdcli.shapes import Shape

SLOTS = 5
"""Columns of a drawing: as many as `step_labels` shows at most."""


@dataclass(frozen=True)
class Columns:
    """The columns of a row, by their labels; first: the slot of the first of them."""

    labels: tuple[str, ...]
    first: int

    @staticmethod
    def of_timesteps(timesteps: int | None) -> "Columns":
        """Return the columns of so many timesteps, the last at the right; 0 is one value without a time axis."""
        labels = step_labels(timesteps)
        return Columns(labels, SLOTS - len(labels))

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots of the columns."""
        return tuple(range(self.first, self.first + len(self.labels)))

    @property
    def shown(self) -> tuple[int, ...]:
        """The slots that hold a timestep, without the gap for those left out."""
        return tuple(slot for slot, label in zip(self.slots, self.labels, strict=True) if label != GAP)

    @property
    def gaps(self) -> tuple[int, ...]:
        """The slots of the timesteps that are left out."""
        return tuple(slot for slot, label in zip(self.slots, self.labels, strict=True) if label == GAP)


@dataclass(frozen=True)
class Row:
    """A row of the drawing. outline: which outline its boxes have. reads: the rows that it reads, the one below first.

    enters, leaves: the columns that it reads and those that it returns. labels: on which side the numbers of the
    timesteps are written.
    """

    caption: Caption
    outline: str
    enters: Columns
    leaves: Columns
    reads: tuple[int, ...] = ()
    way: TimeUse = "each step"
    tag: str = ""
    labels: Literal["", "above", "below"] = ""

    @property
    def is_wide(self) -> bool:
        """Whether one box spans all columns."""
        return self.way == "all steps"


def rows_of(plan: Plan) -> tuple[Row, ...]:
    """Return the rows from the input on."""
    layers = unroll(plan)
    rows = [_input_row(plan)]
    for layer in layers:
        rows.append(_layer_row(layer, rows[-1].leaves))
    last = rows[-1].leaves
    timed = layers[-1].timesteps != 0
    outline = _value_outline(plan.output_shape, timed=timed)
    caption = caption_output(plan, timed=timed)
    return (*rows, Row(caption, outline, last, last, (len(rows) - 1,), labels="above" if timed else ""))


def _input_row(plan: Plan) -> Row:
    timed = has_timesteps(plan)
    outline = "token" if plan.input_dtype == "int32" else _value_outline(plan.input_shape, timed=timed)
    columns = Columns.of_timesteps(plan.input_shape[1] if timed else 0)
    return Row(caption_input(plan), outline, columns, columns, labels="below" if timed else "")


def _layer_row(layer: UnrolledLayer, enters: Columns) -> Row:
    if layer.way in ("no steps", "each step"):
        leaves = enters
    elif layer.way == "backward" and layer.timesteps == 0:
        leaves = Columns(step_labels(0), enters.first)  # a walk backward ends at the first timestep
    else:
        leaves = Columns.of_timesteps(layer.timesteps)
    reads = tuple(place + 1 for place in layer.reads)  # the input is row 0
    return Row(caption_layer(layer), family_of(layer.step.layer), enters, leaves, reads, layer.way, layer.tag)


def _value_outline(shape: Shape, *, timed: bool) -> str:
    return "frame" if is_frame(shape, timed=timed) else "vector"

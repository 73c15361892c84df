"""Axes that are missing, too many or in another order: an array's shape beside the one that a model takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from math import prod

from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.text.change import AnyHelp, Change, Help, freeze_value
from tdcli.text.yaml_writer import to_inline_yaml

INPUT = ("architecture", "input")
MOST_AXES = 6
"""Of a sample. An order is not looked for among more."""


@dataclass(frozen=True)
class Axes:
    """The shapes of a sample, without the batch: in the data and as the model takes it; `samples` where known."""

    data: Shape
    wanted: Shape
    samples: int | None
    signature: Signature

    @property
    def counts_the_samples(self) -> bool:
        """Whether the model's input begins with an axis more, and its layers take samples as the data has them."""
        return self.signature.takes_as_is and len(self.data) > 1 and fits(self.data, self.wanted[1:])

    @property
    def order(self) -> tuple[int, ...] | None:
        """How the data's axes must be put to be the model's; None where they have the same order, or other sizes."""
        if len(self.data) != len(self.wanted) or len(self.data) > MOST_AXES or fits(self.data, self.wanted):
            return None
        if None in self.data or sorted(map(str, self.data)) != sorted(map(str, self.wanted)):
            return None
        orders = permutations(range(len(self.data)))
        return next((order for order in orders if tuple(self.data[axis] for axis in order) == self.wanted), None)

    @property
    def transposed(self) -> str:
        """The array with its axes in the model's order, as NumPy writes it."""
        axes = ", ".join(str(axis + 1) for axis in self.order or ())
        return f"x.transpose(0, {axes})"

    @property
    def axis_of_one(self) -> int | None:
        """Which axis of a single place the data has more than the model; None where it is no such axis."""
        ones = (axis for axis, size in enumerate(self.data) if size == 1)
        return next((axis for axis in ones if fits((*self.data[:axis], *self.data[axis + 1 :]), self.wanted)), None)

    @property
    def is_one_series(self) -> bool:
        """Whether the array's only sample is a series longer than a sample, or its rows are the steps of one."""
        if len(self.data) == len(self.wanted):
            longer = self.data[:1] != self.wanted[:1] and (self.data[0] or 0) > (self.wanted[0] or 0) > 0
            return self.samples == 1 and longer and fits(self.data[1:], self.wanted[1:])
        if self.wanted[:1] == (1,):
            return False
        return fits(self.data, self.wanted[1:]) or (not self.data and self.wanted[1:] == (1,))

    @property
    def counts_rows(self) -> bool:
        """Whether the model's input is the data's whole table, its rows as timesteps."""
        return len(self.data) == 1 and self.samples is not None and self.wanted == (self.samples, *self.data)

    def rows_as_samples(self) -> Iterator[str]:
        """Yield how to read each row of a table as a sample: its columns as steps of one feature."""
        value = input_value(self.signature, (*self.data, 1))
        yield f"if the columns are timesteps, write `input: {to_inline_yaml(value)}`, and save `x[..., np.newaxis]`"

    def input_help(self, shape: Shape, *, then: str = "") -> Iterator[Help]:
        """Yield how to write a shape as the model's input, where its kind can take one of so many sizes."""
        value = input_value(self.signature, shape)
        if value is not None:
            yield Help(f"write `input: {to_inline_yaml(value)}`{then}", (Change(INPUT, freeze_value(value)),))

    def of_many_steps(self) -> Iterator[Help]:
        """Yield the kind that reads many steps in place of one that reads a single one."""
        if self.signature.kind == "one-to-one" and len(self.data) == 2:
            value = {"timesteps": self.data[0], "features": self.data[1]}
            kind = Change(("architecture", "kind"), "many-to-one")
            yield Help(f"write `kind: many-to-one` and `input: {to_inline_yaml(value)}`", (kind, Change(INPUT, value)))

    def as_series(self) -> Iterator[str]:
        """Yield how to make samples of one series: windows, a table, or a batch of one."""
        steps, rows = self.wanted[0], "x[0]" if len(self.data) == len(self.wanted) else "x"
        height = self.data[0] if rows == "x[0]" else self.samples
        if steps is None or height == steps:
            yield f"if it is a single sample, give it the batch's axis: `{rows}[np.newaxis]`"
        elif height is None or height > steps:
            last = "" if self.data else "[..., np.newaxis]"
            windows = f"np.stack([{rows}[i:i + {steps}] for i in range(len({rows}) - {steps - 1})]){last}"
            yield f"cut it into windows, and `y` with it: `{windows}`"
            if len(self.wanted) == 2:
                yield "or save it as a table, a row a step: the source `csv` cuts windows"

    def missing_axis(self) -> Iterator[str]:
        """Yield how to give the data the axis that it lacks."""
        if fits(self.data, self.wanted[:-1]) and self.wanted[-1] == 1:
            yield "give the values a feature axis: `x[..., np.newaxis]`"
        elif self.wanted[0] == 1 and fits(self.data, self.wanted[1:]):
            yield "give the samples a time axis of one step: `x[:, np.newaxis]`"
        elif fits(self.data, self.wanted[:-1]):
            value = input_value(self.signature, (*self.data, 1))
            yield f"write `input: {to_inline_yaml(value)}`, and give the data that axis: `x[..., np.newaxis]`"
        elif None not in (*self.data, *self.wanted) and prod(map(size_or_zero, self.data)) == prod(
            map(size_or_zero, self.wanted)
        ):
            sizes = ", ".join(str(size) for size in self.wanted)
            yield f"if a row of `x` holds step after step: `x.reshape(-1, {sizes})`"

    def spare_axis(self) -> Iterator[AnyHelp]:
        """Yield how to take an axis of one out of the data, or to write the axis that the model lacks."""
        if self.axis_of_one is not None and not self.signature.takes_as_is:
            yield f"remove the axis of size 1: `x.squeeze({self.axis_of_one + 1})`"
        yield from self.input_help(self.data)


def size_or_zero(size: int | None) -> int:
    """Return a size that is known."""
    return size or 0


def input_value(signature: Signature, shape: Shape) -> object | None:
    """Return a sample's shape as the `input` of a kind; None where the kind takes no such shape.

    >>> input_value(Signature("layers", (None, 5, 3), (None, 1)), (4, 3))
    [4, 3]
    >>> input_value(Signature("conv-lstm", (None, 5, 8, 8, 1), (None, 1)), (4, 8, 8, 1))
    {'timesteps': 4, 'frame': [8, 8, 1]}
    """
    kind, (steps, *step) = signature.kind, shape or (None,)
    if kind == "layers":
        return {"shape": list(shape), "dtype": "int32"} if signature.tokens else list(shape)
    if kind in ("cnn-lstm", "conv-lstm"):
        return {"timesteps": steps, "frame": step} if len(step) in (2, 3, 4) else None
    if len(step) != 1:
        return None
    if kind in ("one-to-one", "one-to-many"):
        return {"features": step[0]} if steps == 1 else None
    return {"timesteps": steps, "features": step[0]}


def fits(shape: Shape, wanted: Shape) -> bool:
    """Say whether two shapes are the same where both are known."""
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(a is None or b is None or a == b for a, b in pairs)

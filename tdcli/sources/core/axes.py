"""Compare the axes of an array with those that a model takes: missing, extra, or in another order."""

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
"""The most axes of a sample for which all orders are tried."""


@dataclass(frozen=True)
class Axes:
    """The shape of a sample without the batch, in the data and as the model takes it.

    samples: the number of samples, None if unknown.
    """

    data: Shape
    wanted: Shape
    samples: int | None
    signature: Signature

    @property
    def counts_the_samples(self) -> bool:
        """Whether `input` has an extra first axis, and its other axes fit a sample of the data."""
        return self.signature.takes_as_is and len(self.data) > 1 and fits(self.data, self.wanted[1:])

    @property
    def order(self) -> tuple[int, ...] | None:
        """The order that turns the data's axes into the model's; None if they already fit, or have other sizes."""
        if len(self.data) != len(self.wanted) or len(self.data) > MOST_AXES or fits(self.data, self.wanted):
            return None
        if None in self.data or sorted(map(str, self.data)) != sorted(map(str, self.wanted)):
            return None
        orders = permutations(range(len(self.data)))
        return next((order for order in orders if tuple(self.data[axis] for axis in order) == self.wanted), None)

    @property
    def transposed(self) -> str:
        """The NumPy expression for the array with its axes in the model's order."""
        axes = ", ".join(str(axis + 1) for axis in self.order or ())
        return f"x.transpose(0, {axes})"

    @property
    def axis_of_one(self) -> int | None:
        """The extra axis of size 1 in the data; None if there is no such axis."""
        ones = (axis for axis, size in enumerate(self.data) if size == 1)
        return next((axis for axis in ones if fits((*self.data[:axis], *self.data[axis + 1 :]), self.wanted)), None)

    @property
    def is_one_series(self) -> bool:
        """Whether the array is one series: its only sample is too long, or its rows are timesteps."""
        if len(self.data) == len(self.wanted):
            longer = self.data[:1] != self.wanted[:1] and (self.data[0] or 0) > (self.wanted[0] or 0) > 0
            return self.samples == 1 and longer and fits(self.data[1:], self.wanted[1:])
        if self.wanted[:1] == (1,):
            return False
        return fits(self.data, self.wanted[1:]) or (not self.data and self.wanted[1:] == (1,))

    @property
    def counts_rows(self) -> bool:
        """Whether the model's input has the shape of the whole table, with its rows as timesteps."""
        return len(self.data) == 1 and self.samples is not None and self.wanted == (self.samples, *self.data)

    def rows_as_samples(self) -> Iterator[str]:
        """Yield the advice to read each row of a table as a sample, with its columns as timesteps."""
        value = input_value(self.signature, (*self.data, 1))
        yield f"if the columns are timesteps, write `input: {to_inline_yaml(value)}`, and save `x[..., np.newaxis]`"

    def input_help(self, shape: Shape, *, then: str = "") -> Iterator[Help]:
        """Yield the advice to write a shape as the model's input, if the kind of model can take it."""
        value = input_value(self.signature, shape)
        if value is not None:
            yield Help(f"write `input: {to_inline_yaml(value)}`{then}", (Change(INPUT, freeze_value(value)),))

    def of_many_steps(self) -> Iterator[Help]:
        """Yield the kind that takes many timesteps, for a model whose kind takes a single one."""
        if self.signature.kind == "one-to-one" and len(self.data) == 2:
            value = {"timesteps": self.data[0], "features": self.data[1]}
            kind = Change(("architecture", "kind"), "many-to-one")
            yield Help(f"write `kind: many-to-one` and `input: {to_inline_yaml(value)}`", (kind, Change(INPUT, value)))

    def as_series(self) -> Iterator[str]:
        """Yield the ways to make samples of one series: windows, a table, or a batch of one."""
        steps, rows = self.wanted[0], "x[0]" if len(self.data) == len(self.wanted) else "x"
        height = self.data[0] if rows == "x[0]" else self.samples
        if steps is None or height == steps:
            yield f"if it is a single sample, add the batch axis: `{rows}[np.newaxis]`"
        elif height is None or height > steps:
            last = "" if self.data else "[..., np.newaxis]"
            windows = f"np.stack([{rows}[i:i + {steps}] for i in range(len({rows}) - {steps - 1})]){last}"
            yield f"cut the array into windows, and `y` to match: `{windows}`"
            if len(self.wanted) == 2:
                yield "or save it as a table with one row per timestep; the source `csv` cuts it into windows"

    def missing_axis(self) -> Iterator[str]:
        """Yield how to add the axis that the data lacks."""
        if fits(self.data, self.wanted[:-1]) and self.wanted[-1] == 1:
            yield "add a feature axis: `x[..., np.newaxis]`"
        elif self.wanted[0] == 1 and fits(self.data, self.wanted[1:]):
            yield "add a time axis of one timestep: `x[:, np.newaxis]`"
        elif fits(self.data, self.wanted[:-1]):
            value = input_value(self.signature, (*self.data, 1))
            yield f"write `input: {to_inline_yaml(value)}`, and add that axis to the data: `x[..., np.newaxis]`"
        elif None not in (*self.data, *self.wanted) and prod(map(size_or_zero, self.data)) == prod(
            map(size_or_zero, self.wanted)
        ):
            sizes = ", ".join(str(size) for size in self.wanted)
            yield f"if each row of `x` holds one timestep after another, reshape it: `x.reshape(-1, {sizes})`"

    def spare_axis(self) -> Iterator[AnyHelp]:
        """Yield how to remove an axis of size 1 from the data, or to add the axis that `input` lacks."""
        if self.axis_of_one is not None and not self.signature.takes_as_is:
            yield f"remove the axis of size 1: `x.squeeze({self.axis_of_one + 1})`"
        yield from self.input_help(self.data)


def size_or_zero(size: int | None) -> int:
    """Return the size, or 0 if it is unknown."""
    return size or 0


def input_value(signature: Signature, shape: Shape) -> object | None:
    """Return a sample's shape as the `input` of a kind of model; None if the kind cannot take such a shape.

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
    """Return whether two shapes are equal, where an unknown size equals any other."""
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(a is None or b is None or a == b for a, b in pairs)

"""Reshape: the same values in other axes."""

from math import prod
from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, ValidationError, field_validator, model_validator

from tdcli.layers.core.arithmetic import product
from tdcli.layers.core.base import Example, Layer, ShapeError
from tdcli.shapes import Shape
from tdcli.text.section import invalid, replace_helps
from tdcli.text.yaml_writer import to_inline_yaml

INFERRED = -1


class Reshape(Layer):
    """Gives each sample the axes of `target_shape`: `(batch, ...)` -> `(batch, *target_shape)`.

    One size may be -1. It is then computed from the others.

    >>> Reshape(target_shape=(-1, 4)).output_shape((None, 6, 2))
    (None, 3, 4)
    """

    examples = (
        Example({"target_shape": (3, 4)}, (None, 12)),
        Example({"target_shape": (-1, 4)}, (None, 6, 2)),
        Example({"target_shape": (-1, 2)}, (None, None, 4)),
        Example({"target_shape": ()}, (None, 1)),
    )

    target_shape: tuple[int, ...]

    @model_validator(mode="wrap")
    @classmethod
    def _without_batch(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Explain that a null in front is the batch, as in TensorFlow, and must be removed."""
        try:
            return handler(values)
        except ValidationError as error:
            sizes = values.get("target_shape") if isinstance(values, dict) else None
            if isinstance(sizes, tuple) and sizes[:1] == (None,):
                help = f"remove the batch: `target_shape: {to_inline_yaml(list(sizes[1:]))}`"
                raise replace_helps(error, ("target_shape", 0), help) from None
            raise

    @field_validator("target_shape")
    @classmethod
    def _sizes_and_one_rest(cls, sizes: tuple[int, ...]) -> tuple[int, ...]:
        if any(size < 1 and size != INFERRED for size in sizes):
            raise invalid("wrong-value", f"the sizes of `target_shape` must be 1 or more, or -1, got {list(sizes)}")
        if sizes.count(INFERRED) > 1:
            raise invalid("wrong-value", "`target_shape` must contain -1 only once", "write the other sizes out")
        return sizes

    def over_time(self, input_shape: Shape) -> str:
        """Describe that the axes change and the values do not."""
        return "arranges the values in other axes, in the same order; later layers read the first axis as time"

    def _output_shape(self, input_shape: Shape) -> Shape:
        given = prod(size for size in self.target_shape if size != INFERRED)
        have = product(input_shape[1:])
        inferred = None if have is None else have // given
        if have is not None and have != given * (inferred or 0 if INFERRED in self.target_shape else 1):
            needs = f"a multiple of {given}" if INFERRED in self.target_shape else f"{given}"
            why = "it changes the axes and keeps all values"
            help = f"write a `target_shape` whose product is {have}"
            raise ShapeError("size", f"{needs} values per sample", input_shape, why, help)
        return (input_shape[0], *(inferred if size == INFERRED else size for size in self.target_shape))

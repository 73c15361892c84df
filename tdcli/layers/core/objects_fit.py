"""Check whether initializers, regularizers and constraints fit their weights."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic_core import PydanticCustomError

from tdcli.layers.core.objects import FANS, TABLES, as_tuple, class_and_arguments
from tdcli.text.section import Section, invalid, invalid_at

_AXES = {"Identity": (2,), "Orthogonal": range(2, 99), "OrthogonalRegularizer": (2,)}
"""The number of axes that Keras requires of a weight, for objects that have such a limit."""
_DTYPES = {"Orthogonal": ("float16", "float32", "float64"), "OrthogonalRegularizer": ("float32",)}
"""The dtypes that Keras 3.15 supports on TensorFlow, for objects that have such a limit."""

Objects = Iterator[tuple[str, str, str, Any]]


def objects_of(section: Section) -> Objects:
    """Yield each argument that is an object: its name, its first word, its type, its value."""
    for field in type(section).model_fields:
        weight, _, what = field.rpartition("_")
        if what in TABLES and getattr(section, field) is not None:
            yield field, weight, what, getattr(section, field)


def check_objects(section: Section, axes: Mapping[str, tuple[int, ...]], dtype: str | None) -> None:
    """Raise a `wrong-value` diagnostic at an object that Keras cannot apply.

    axes: the numbers of axes of the weights, by the first word of the argument.
    """
    for field, weight, what, value in objects_of(section):
        name, _ = class_and_arguments(what, value)
        if dtype and dtype not in _DTYPES.get(name, (dtype,)):
            message = f"TensorFlow does not support the {what} `{name}` in {dtype}"
            raise invalid_at("dtype", invalid("wrong-value", message, f"use another `{field}`, or `dtype: float32`"))
        for count in axes.get(weight, ()):
            check_weight(field, what, value, count)


def penalizes_matrix(section: Section) -> bool:
    """Return whether the output of a layer is penalized as a matrix."""
    value = getattr(section, "activity_regularizer", None)
    return value is not None and class_and_arguments("regularizer", value)[0] == "OrthogonalRegularizer"


def check_weight(field: str, what: str, value: Any, axes: int) -> None:
    """Raise a `wrong-value` diagnostic if an object does not fit a weight with this number of axes."""
    name, arguments = class_and_arguments(what, value)
    if axes not in _AXES.get(name, (axes,)):
        message = f"the {what} `{name}` needs a matrix, but this weight is not one"
        raise invalid_at(field, invalid("wrong-value", message))
    written = (next(iter(value)),) if isinstance(value, dict) else ()
    for key in ("axis", *FANS):
        problem = _wrong_axes(as_tuple(arguments.get(key)) or (), axes, repeated=key in FANS)
        if problem:
            raise invalid_at((field, *written, key), problem)


def _wrong_axes(given: tuple[int, ...], axes: int, *, repeated: bool) -> PydanticCustomError | None:
    wrong = [axis for axis in given if not -axes <= axis < axes]
    if wrong:
        have = "1 axis" if axes == 1 else f"{axes} axes"
        help = "write `0`" if axes == 1 else f"write axes from `0` to `{axes - 1}`"
        return invalid("wrong-value", f"this weight has {have}, got axis `{wrong[0]}`", help)
    if not repeated and len({axis % axes for axis in given}) < len(given):
        return invalid("wrong-value", f"an axis is listed twice in `{list(given)}`", "write each axis once")
    return None

"""Keras's initializers, regularizers and constraints, with their names and arguments.

The names are those of Keras 3.15 (`keras.initializers`, ...). A test compares them with the installed
Keras. `STFT` is not among them, because it makes the kernel of a spectrogram and not of a trainable layer.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, create_model

from tdcli.text.change import Help
from tdcli.text.nearest import suggest
from tdcli.text.section import Section, below_key, invalid

Finite = Annotated[float, Field(allow_inf_nan=False)]
Penalty = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


Seed = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""A whole number of 64 bits, the largest that TensorFlow accepts."""


def as_tuple(value: Any) -> Any:
    """Return a whole number as a list of one item; other values unchanged.

    >>> as_tuple(3), as_tuple((3, 4))
    ((3,), (3, 4))
    """
    return (value,) if isinstance(value, int) and not isinstance(value, bool) else value


AxisNumbers = Annotated[tuple[int, ...], BeforeValidator(as_tuple)]
ArgumentTypes = Mapping[str, Any]

_SEED = {"seed": Seed | None}
_SCALED = {**_SEED, "input_axes": AxisNumbers | None, "output_axes": AxisNumbers | None}
FANS = ("input_axes", "output_axes")
"""The arguments that name the axes from which an initializer counts inputs and outputs."""
_NORMAL = {"mean": Finite, "stddev": Finite, **_SEED}
_VARIANCE = {
    "scale": Positive,
    "mode": Literal["fan_in", "fan_out", "fan_avg"],
    "distribution": Literal["normal", "truncated_normal", "untruncated_normal", "uniform"],
    **_SCALED,
}
_WITHIN = {"min_value": Finite, "max_value": Finite, "rate": Finite, "axis": AxisNumbers}

INITIALIZERS: dict[str, ArgumentTypes] = {
    "Constant": {"value": Finite},
    "GlorotNormal": _SCALED,
    "GlorotUniform": _SCALED,
    "HeNormal": _SCALED,
    "HeUniform": _SCALED,
    "Identity": {"gain": Finite},
    "LecunNormal": _SCALED,
    "LecunUniform": _SCALED,
    "Ones": {},
    "Orthogonal": {"gain": Finite, **_SEED},
    "RandomNormal": _NORMAL,
    "RandomUniform": {"minval": Finite, "maxval": Finite, **_SEED},
    "TruncatedNormal": _NORMAL,
    "VarianceScaling": _VARIANCE,
    "Zeros": {},
}
REGULARIZERS: dict[str, ArgumentTypes] = {
    "L1": {"l1": Penalty},
    "L1L2": {"l1": Penalty, "l2": Penalty},
    "L2": {"l2": Penalty},
    "OrthogonalRegularizer": {"factor": Penalty, "mode": Literal["rows", "columns"]},
}
CONSTRAINTS: dict[str, ArgumentTypes] = {
    "MaxNorm": {"max_value": Finite, "axis": AxisNumbers},
    "MinMaxNorm": _WITHIN,
    "NonNeg": {},
    "UnitNorm": {"axis": AxisNumbers},
}
TABLES = {"initializer": INITIALIZERS, "regularizer": REGULARIZERS, "constraint": CONSTRAINTS}
SHORT_NAMES = {"normal": "RandomNormal", "one": "Ones", "uniform": "RandomUniform", "zero": "Zeros"}
"""Keras's names of initializers that differ from the names of their classes."""


def snake_case(name: str) -> str:
    """Return Keras's lower-case alias of a class name (`keras/src/utils/naming.py`).

    >>> [snake_case(name) for name in ("GlorotUniform", "L1L2", "Conv2D", "LSTM", "SimpleRNN")]
    ['glorot_uniform', 'l1l2', 'conv2d', 'lstm', 'simple_rnn']
    """
    words = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", words).lower()


def object_of(what: str, table: Mapping[str, ArgumentTypes]) -> BeforeValidator:
    """Accept a name, or a mapping of one name to its arguments, such as `{L2: {l2: 0.01}}`."""

    def check(value: Any) -> Any:
        if value is None:
            return None
        name, arguments = _name_and_arguments(what, value)
        title = _title(what, name, table)
        if title == "Constant" and arguments == {}:
            raise invalid("missing-key", f"the {what} `{name}` needs a `value`", f"write `{{{name}: {{value: 0.1}}}}`")
        taken = _typed_arguments(name, arguments, table[title])
        return {name: _with_single_axis(taken)} if isinstance(value, dict) else value

    return BeforeValidator(check)


def _with_single_axis(arguments: ArgumentTypes) -> dict[str, Any]:
    """Return a single `axis` as a number, as Keras documents it. The axes of fans must be lists."""
    return {key: value[0] if key == "axis" and len(value) == 1 else value for key, value in arguments.items()}


def class_name(what: str, name: str) -> str:
    """Return the name of Keras's class for one of its aliases.

    >>> class_name("regularizer", "l1l2"), class_name("initializer", "uniform")
    ('L1L2', 'RandomUniform')
    """
    return _title(what, name, TABLES[what])


def class_and_arguments(what: str, value: str | dict[str, Any]) -> tuple[str, ArgumentTypes]:
    """Return the name of Keras's class, and its arguments.

    >>> class_and_arguments("constraint", {"max_norm": {"axis": 1}})
    ('MaxNorm', {'axis': 1})
    """
    name, arguments = _name_and_arguments(what, value)
    return class_name(what, name), arguments


def _name_and_arguments(what: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, arguments),) = value.items()
        return name, {} if arguments is None else arguments
    example = f"{{L2: {{l2: {value}}}}}" if what == "regularizer" and isinstance(value, float) else ""
    helps = [Help(f"write `{example}`", replacement=example)] if example else []
    raise invalid("wrong-type", f"the {what} must be a name, or one name with its arguments", *helps)


def _title(what: str, name: str, table: Mapping[str, ArgumentTypes]) -> str:
    titles = _titles(tuple(table))
    if name not in titles:
        raise invalid("wrong-value", f"there is no {what} `{name}`", suggest(name, titles, f"{what}s"))
    return titles[name]


@cache
def _titles(table: tuple[str, ...]) -> dict[str, str]:
    """Return the titles by all names that Keras accepts for them."""
    titles = {alias: title for title in table for alias in (title, snake_case(title))}
    return titles | {alias: title for alias, title in SHORT_NAMES.items() if title in table}


def _typed_arguments(name: str, arguments: Any, known: ArgumentTypes) -> dict[str, Any]:
    """Return the arguments in the types that Keras expects: numbers as floats, axes of fans as lists."""
    try:
        return _section(name, tuple(known.items())).model_validate(arguments).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise below_key(name, error) from None


@cache
def _section(name: str, known: tuple[tuple[str, Any], ...]) -> type[Section]:
    fields: dict[str, Any] = {key: (kind, None) for key, kind in known}
    return create_model(name, __base__=Section, **fields)

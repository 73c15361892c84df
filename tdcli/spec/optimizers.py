"""The optimizer: a name, or a mapping with Keras's arguments (`keras.optimizers`)."""

from math import isfinite
from typing import Any

from pydantic_core import PydanticCustomError

from tdcli.text.change import Help
from tdcli.text.keys import Keys, foreign_key
from tdcli.text.nearest import suggest
from tdcli.text.section import Section, invalid, invalid_at, invalid_keys
from tdcli.text.violation import describe_value
from tdcli.text.yaml_writer import to_inline_yaml

_COMMON = (
    "learning_rate weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum "
    "ema_overwrite_frequency gradient_accumulation_steps"
)
OPTIMIZERS = {
    "adadelta": "rho epsilon",
    "adagrad": "initial_accumulator_value epsilon",
    "adam": "beta_1 beta_2 epsilon amsgrad",
    "adamax": "beta_1 beta_2 epsilon",
    "adamw": "beta_1 beta_2 epsilon amsgrad",
    "ftrl": "learning_rate_power initial_accumulator_value l1_regularization_strength l2_regularization_strength beta",
    "lamb": "beta_1 beta_2 epsilon",
    "lion": "beta_1 beta_2",
    "nadam": "beta_1 beta_2 epsilon",
    "rmsprop": "rho momentum epsilon centered",
    "sgd": "momentum nesterov",
}
_FLAGS = ("use_ema", "amsgrad", "centered", "nesterov")
_WHOLE = {"ema_overwrite_frequency": 1, "gradient_accumulation_steps": 2}
_SHARES = ("ema_momentum", "momentum", "beta_1", "beta_2", "rho")
_CLIPPINGS = ("clipnorm", "clipvalue", "global_clipnorm")


class Optimizer(Section):
    """The name of an optimizer and the arguments that differ from Keras's defaults."""

    name: str
    arguments: dict[str, Any]

    @property
    def learning_rate(self) -> float:
        """The learning rate. Keras's default is 0.01 for SGD and 0.001 for the others."""
        return float(self.arguments.get("learning_rate", 0.01 if self.name == "sgd" else 0.001))


def argument_names(name: str) -> tuple[str, ...]:
    """Return the names of an optimizer's arguments."""
    return tuple(f"{_COMMON} {OPTIMIZERS[name]}".split())


def read_optimizer(value: Any) -> Any:
    """Make an Optimizer from `adam` or `{name: adam, learning_rate: 1e-3}`."""
    if isinstance(value, Optimizer):
        return value
    name, arguments = _name_and_arguments(value)
    if name not in OPTIMIZERS:
        error = invalid("wrong-value", f"there is no optimizer `{name}`", suggest(name, OPTIMIZERS, "optimizers"))
        raise invalid_at("name", error) if isinstance(value, dict) else error
    found = {key: _argument_error(name, key, arguments) for key in arguments}
    errors = {key: error for key, error in found.items() if error is not None}
    if errors:
        raise invalid_keys(errors, arguments)
    _refuse_two_clippings(arguments)
    numbers = {key: float(each) for key, each in arguments.items() if key not in (*_FLAGS, *_WHOLE)}
    return Optimizer(name=name, arguments={**arguments, **numbers})  # Keras rejects a learning rate of 1 instead of 1.0


def _name_and_arguments(value: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(value, str):
        return value.casefold(), {}
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return value["name"].casefold(), {key: each for key, each in value.items() if key != "name"}
    message = f"`optimizer` must be a name or a mapping with a `name`, got {describe_value(value)}"
    raise invalid("wrong-type", message, _mapping_help(value) or "write `{name: adam}`")


def _mapping_help(value: Any) -> Help | None:
    """Return the help for `{Adam: {learning_rate: 0.1}}`, `{type: adam}` and `{class_name: Adam, config: {}}`."""
    if not isinstance(value, dict):
        return None
    name = next((key for key in value if key.casefold() in OPTIMIZERS and _is_mapping(value[key])), None)
    key = next((key for key in ("type", "class_name", "optimizer") if isinstance(value.get(key), str)), None)
    if name is None and key is None:
        return None
    rest = {each: inner for each, inner in value.items() if each not in (name, key, "config")}
    inner = value[name] if name else value.get("config")
    title = str(name or value[key]).casefold()
    written = to_inline_yaml(
        {"name": title, **_rename_arguments(title, {**inner, **rest} if isinstance(inner, dict) else rest)}
    )
    return Help(f"write `{written}`", replacement=written)


def _rename_arguments(optimizer: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments, with the names of other libraries translated."""
    known = argument_names(optimizer) if optimizer in OPTIMIZERS else ()
    helps = {key: foreign_key(("Optimizer",), key, arguments, known) for key in arguments}
    return {(help.target if help and help.target else key): arguments[key] for key, help in helps.items()}


def _is_mapping(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def _refuse_two_clippings(arguments: dict[str, Any]) -> None:
    first, *others = [key for key in arguments if key in _CLIPPINGS] or [""]
    if others:
        error = invalid("wrong-value", f"`{first}` and `{others[0]}` cannot be used together", "keep one of them")
        raise invalid_at(others[0], error)


def _argument_error(optimizer: str, key: str, arguments: dict[str, Any]) -> PydanticCustomError | None:
    known, value = argument_names(optimizer), arguments[key]
    if key not in known:
        help = Keys(arguments, known, ("Optimizer",)).suggest(key)
        return invalid("unknown-key", f"`{optimizer}` has no argument `{key}`", help)
    wanted, fits = _expected_value(optimizer, key, value)
    return None if fits else invalid("wrong-value", f"`{key}` must be {wanted}, got {describe_value(value)}")


def _expected_value(optimizer: str, key: str, value: Any) -> tuple[str, bool]:
    """Return a description of the valid values of an argument, and whether its value is one of them."""
    if key in _FLAGS:
        return "true or false", isinstance(value, bool)
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    if key in _WHOLE:
        least = _WHOLE[key]
        return f"a whole number of {least} or more", isinstance(value, int) and is_number and value >= least
    if (optimizer, key) == ("lion", "beta_1"):
        return "a number greater than 0 and at most 1", is_number and 0 < value <= 1
    if key in _SHARES:
        return "a number from 0 to 1", is_number and 0 <= value <= 1
    if key == "learning_rate_power":
        return "a number of 0 or less", is_number and value <= 0
    return "a number of 0 or more", is_number and value >= 0

"""Make a Layer of its entry in a spec, such as `Flatten` or `Conv2D: {filters: 32}`."""

import re
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf, ValidationError
from pydantic_core import PydanticCustomError

from tdcli.layers.core.base import Layer
from tdcli.layers.core.keras_config import INPUTS, input_shape_of, layer_of
from tdcli.text.change import Help
from tdcli.text.nearest import suggest
from tdcli.text.registry import find_module, module_names
from tdcli.text.section import below_key, drop_first_key, invalid, invalid_at, join_errors
from tdcli.text.violation import describe_value
from tdcli.text.yaml_writer import to_inline_yaml

_LAYERS = "tdcli.layers"

NAME_KEYS = ("class_name", "type", "layer", "name")
ARGUMENT_KEYS = ("config", "params", "parameters", "args", "arguments", "kwargs", "options")
"""The keys that other programs use for the name and the arguments of a layer."""


@lru_cache(maxsize=1024)
def find_layer(name: str) -> type[Layer] | None:
    """Return the class of a layer by its name in a spec; None if there is no such layer."""
    found = find_module(_LAYERS, _file_of(name))
    layer = vars(found).get(name) if found else None
    return layer if _is_layer_of(layer, found) else None


@cache
def layer_names() -> tuple[str, ...]:
    """Return the names of all layers, sorted. Imports the files of all layers."""
    names = []
    for each in module_names(_LAYERS):
        found = find_module(_LAYERS, each)
        names += [name for name in vars(found) if _file_of(name) == each]
    return tuple(sorted(name for name in names if find_layer(name)))


def _file_of(name: str) -> str:
    folded = re.sub(r"[123]D(?=Transpose$|$)", "", name).casefold()
    return next((each for each in module_names(_LAYERS) if each.replace("_", "") == folded), "")


def _is_layer_of(candidate: Any, found: Any) -> bool:
    """Return whether a member is a layer of its file, and not an import or the base of a family, such as `Conv`."""
    if not (isinstance(candidate, type) and issubclass(candidate, Layer)):
        return False
    return candidate.__module__ == found.__name__ and bool(candidate.examples)


def read_layer(value: Any) -> Layer:
    """Make a Layer. A wrapped layer is a key next to the arguments of its wrapper.

    Raises Pydantic's errors, with the layer's name in the path of each.
    """
    if isinstance(value, Layer):
        return value
    name, arguments = _title_and_arguments(value)
    layer = find_layer(name)
    if layer is None:
        raise _unknown(name, value)
    try:
        return layer.model_validate(arguments)
    except ValidationError as error:
        raise below_key(name, error) if isinstance(value, dict) else error from None


def _unknown(name: str, value: Any) -> Exception:
    """Return the error of an unknown name, with the errors of its arguments if the intended layer is certain."""
    help = suggest(name, layer_names(), "layers")
    shape = input_shape_of(value[name]) if isinstance(value, dict) and name in INPUTS else None
    if shape is not None:
        help = Help(f"remove it, and write `input: {to_inline_yaml(list(shape))}` under `architecture`")
    error = invalid("unknown-layer", f"there is no layer `{name}`", help)
    if not isinstance(value, dict):
        return error
    try:
        read_layer({help.replacement: value[name]} if help.replacement else {})
    except ValidationError as inner:
        return join_errors(invalid_at(name, error), below_key(name, drop_first_key(inner)))
    except PydanticCustomError:
        pass
    return invalid_at(name, error)


def _title_and_arguments(value: Any) -> tuple[str, Any]:
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, arguments),) = value.items()
        return name, {} if arguments is None else arguments
    help = "write `- Flatten`, or `- Conv2D: {filters: 32, kernel_size: 3}`"
    if isinstance(value, dict):
        message = f"a list item must be one layer, got {len(value)} keys: {', '.join(value)}"
        raise invalid("wrong-type", message, _one_key(value) or help)
    message = f"a layer must be a name, or one name with its arguments, got {describe_value(value)}"
    raise invalid("wrong-type", message, help)


def _one_key(value: dict[str, Any]) -> str | None:
    """Return the help for `{LSTM: , units: 8}`, `{type: LSTM, units: 8}` and `{class_name: LSTM, config: {}}`."""
    if value.get("class_name") in INPUTS:
        shape = input_shape_of(value.get("config"))
        if shape is None:
            return "remove it"
        return f"remove it, and write `input: {to_inline_yaml(list(shape))}` under `architecture`"
    named = next((key for key in NAME_KEYS if find_layer(str(value.get(key)))), None)
    bare = next((key for key in value if find_layer(key) and value[key] is None), None)
    if bare is None and named is None:
        return None
    inner: dict[str, Any] = next((value[key] for key in ARGUMENT_KEYS if isinstance(value.get(key), dict)), {})
    rest = {key: each for key, each in value.items() if key not in (bare, named, *ARGUMENT_KEYS)}
    found = layer_of({**rest, "class_name": bare or value[str(named)], "config": inner}, find_layer)
    return f"write `- {to_inline_yaml(found)[1:-1] if isinstance(found, dict) else found}`"


AnyLayer = Annotated[InstanceOf[Layer], BeforeValidator(read_layer)]

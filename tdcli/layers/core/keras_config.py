"""Translate Keras's configurations of layers and models (`get_config`, `to_json`) into a spec."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from tdcli.layers.core.base import Layer
from tdcli.text.yaml_writer import to_inline_yaml

MODELS = ("Sequential", "Functional", "Model")
INPUTS = ("Input", "InputLayer")
SHAPES = ("input_shape", "shape")
BATCH_SHAPES = ("batch_input_shape", "batch_shape")
"""Keys of a shape that starts with the batch."""

SERIALIZED = {"class_name", "config"}
BESIDE = ("module", "registered_name", "build_config", "compile_config", "inbound_nodes")
"""Keys next to a configuration that do not describe the layer."""


def input_shape_of(arguments: Any) -> tuple[Any, ...] | None:
    """Return the input shape in a layer's arguments, without the batch, as in `LSTM(8, input_shape=(10, 3))`."""
    if not isinstance(arguments, dict):
        return None
    for key in (*SHAPES, *BATCH_SHAPES):
        shape = arguments.get(key)
        if isinstance(shape, tuple) and shape:
            return shape[1:] if key in BATCH_SHAPES else shape
    return None


def first_layer_shape(layers: Any) -> tuple[Any, ...] | None:
    """Return the input shape in the arguments of the first layer; None if there is none."""
    first = layers[0] if isinstance(layers, tuple) and layers else None
    if not isinstance(first, dict):
        return None
    return input_shape_of(first.get("config")) or input_shape_of(next(iter(first.values()), None))


def is_model(value: Any) -> bool:
    """Return whether a mapping is the configuration of a model."""
    return _layer_configs(value) is not None


def format_model(value: dict[str, Any], find: Any) -> str:
    """Return the `architecture` of a model's configuration. find: returns the class of a layer by its name."""
    listed = _layer_configs(value) or ()
    shape = first_layer_shape(listed)
    layers = [layer_of(each, find) for each in listed if each["class_name"] not in INPUTS]
    given = {"kind": "layers", "input": "..." if shape is None else list(shape), "layers": layers}
    return to_inline_yaml({"architecture": given})[1:-1]


def _layer_configs(value: Any) -> tuple[dict[str, Any], ...] | None:
    """Return the configurations of a model's layers."""
    if not isinstance(value, dict):
        return None
    inner = value.get("config", value if value.get("class_name") in (None, *MODELS) else None)
    listed = inner.get("layers") if isinstance(inner, dict) else inner
    if (
        isinstance(listed, tuple)
        and listed
        and all(isinstance(each, dict) and {*each} >= SERIALIZED for each in listed)
    ):
        return listed
    return None


def layer_of(value: dict[str, Any], find: Any) -> Any:
    """Return a layer as it is written in a spec, without arguments that have their defaults."""
    title, config = str(value["class_name"]), value.get("config")
    beside = {key: each for key, each in value.items() if key not in (*SERIALIZED, *BESIDE)}
    arguments = {key: _plain_object(each, find) for key, each in {**(config or {}), **beside}.items()}
    wrapped = arguments.pop("layer", None)
    if wrapped is not None:
        inner = wrapped if isinstance(wrapped, dict) else {wrapped: {}}
        arguments = {**inner, **{key: each for key, each in arguments.items() if key == "merge_mode"}}
    kind = find(title)
    arguments = _needed(arguments, kind) if kind and wrapped is None else arguments
    return {title: arguments} if arguments else title


def _plain_object(value: Any, find: Any) -> Any:
    """Return the configuration of an object as its name with its arguments."""
    if not (isinstance(value, dict) and {*value} >= SERIALIZED):
        return value
    name = str(value["class_name"])
    if find(name):
        return layer_of(value, find)
    config = {key: each for key, each in (value["config"] or {}).items() if each is not None}
    if name == "DTypePolicy":
        return config.get("name")
    snake = re.sub("([a-z])([A-Z])", r"\1_\2", name).casefold()
    return {snake: config} if config else snake


def _needed(arguments: dict[str, Any], kind: type[Layer]) -> dict[str, Any]:
    """Return the arguments without defaults, generated names, and unknown arguments that are false or empty."""
    known = kind.model_fields
    given = {key: each for key, each in arguments.items() if key != "name" and (key in known or each)}
    given = {key: each for key, each in given.items() if (key, each) not in (("dtype", "float32"), ("trainable", True))}
    given = {key: each for key, each in given.items() if key in known or key not in (*SHAPES, *BATCH_SHAPES)}
    for key in tuple(given):
        rest = {other: each for other, each in given.items() if other != key}
        if _same(kind, given, rest):
            given = rest
    return given


def _same(kind: type[Layer], given: dict[str, Any], rest: dict[str, Any]) -> bool:
    try:
        return kind.model_validate(given) == kind.model_validate(rest)
    except ValidationError:
        return False

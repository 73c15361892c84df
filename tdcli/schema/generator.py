"""Generate the JSON Schema of a section with Pydantic, and describe the values that the validators accept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from tdcli.layers.core.fields import ACTIVATIONS
from tdcli.spec.losses import LOSSES, METRIC_CLASSES, METRICS
from tdcli.text.section import Section

Schema = dict[str, Any]
REFERENCE = "#/definitions/{model}"
_DEFINED_LATER = "x-defined-later"
"""Replaces `$ref` until Pydantic is done, because Pydantic requires each definition."""


def reference(name: str) -> Schema:
    """Return the schema that refers to a definition."""
    return {"$ref": REFERENCE.format(model=name)}


def one_or_list(schema: Schema) -> Schema:
    """Accept a single item instead of a list."""
    choices = schema.get("anyOf", [schema])
    return {"anyOf": [*(each["items"] for each in choices if "items" in each), *choices]}


_AMOUNT: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {"type": "number", "minimum": 0, "maximum": 1},
        {"const": "rest"},
        {"type": "null"},
    ]
}

# The schema of the values that a validator accepts, by its qualified name. Pydantic only knows the type after it.
_READ: dict[str, Callable[[Schema], Schema]] = {
    "as_tuple": one_or_list,
    "_listed_value": one_or_list,
    "_known_activation": lambda _: {"enum": list(ACTIVATIONS)},
    "_check_loss_name": lambda _: {"enum": list(LOSSES)},
    "_check_metric_name": lambda _: {"enum": [*METRICS, *METRIC_CLASSES]},
    "_check_monitor_name": lambda inner: inner,
    "_local": lambda inner: inner,
    "_amount": lambda _: _AMOUNT,
    "_gap": lambda _: {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 0}]},
    "_class_weight": lambda _: {"anyOf": [{"const": "balanced"}, {"type": "object"}, {"type": "null"}]},
    "_as_mapping": lambda inner: {"anyOf": [inner, {"type": "array", "items": {"type": ["integer", "null"]}}]},
    "object_of.<locals>.check": lambda inner: inner,
    "Wrapper._read_inner": lambda inner: inner,
    "NamedInput._refuse_list": lambda inner: inner,
    "Spec._is_of_keras": lambda inner: inner,
    "read_layer": lambda _: {_DEFINED_LATER: "layer"},
    "read_block": lambda _: {_DEFINED_LATER: "block"},
    "read_architecture": lambda _: {_DEFINED_LATER: "architecture"},
    "read_data_section": lambda _: {_DEFINED_LATER: "data"},
    "read_schedule": lambda _: {_DEFINED_LATER: "schedule"},
    "_ascending": lambda _: {_DEFINED_LATER: "schedule"},
    "_check_end": lambda _: {"type": "number"},
    "_read_searched": lambda _: {_DEFINED_LATER: "searched"},
    "_auto_or_not": lambda _: {"anyOf": [{"const": "auto"}, {"type": "boolean"}]},
    "read_optimizer": lambda _: {_DEFINED_LATER: "optimizer"},
    "_as_dense": lambda _: {"anyOf": [{"type": "integer", "minimum": 1}, {_DEFINED_LATER: "Dense"}]},
    "_stack_of.<locals>.read": lambda _: {_DEFINED_LATER: "stack"},
}


class Generator(GenerateJsonSchema):
    """Generates draft 7, the latest that yaml-language-server, which editors use, supports completely."""

    def function_before_schema(self, schema: Any) -> Schema:
        """Describe the values that a validator accepts. A validator that is not listed may accept anything."""
        return self._read(schema)

    def function_after_schema(self, schema: Any) -> Schema:
        """Describe the values that a validator accepts: the names of a list, or the values of the type."""
        name = _validator_name(schema)
        return _READ[name]({}) if name in _READ else self.generate_inner(schema["schema"])

    def function_plain_schema(self, schema: Any) -> Schema:
        """Describe the values that a validator accepts."""
        return self._read(schema)

    def is_instance_schema(self, schema: Any) -> Schema:
        """Accept anything, because a validator makes the instance."""
        return {}

    def model_schema(self, schema: Any) -> Schema:
        """Describe a section and the meaning of its keys."""
        made, section = super().model_schema(schema), schema["cls"]
        made.pop("title", None)
        made["description"] = _without_doctests(section.__doc__ or "")
        for key, each in made.get("properties", {}).items():
            if section.meaning(key):
                each["description"] = section.meaning(key)
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Omit titles, which repeat the keys."""
        return False

    def _read(self, schema: Any) -> Schema:
        read = _READ.get(_validator_name(schema))
        if read is None:
            return {}
        return read(self.generate_inner(schema["schema"]) if "schema" in schema else {})


def _validator_name(schema: Any) -> str:
    return getattr(schema["function"]["function"], "__qualname__", "")


def section_schema(section: type[Section], definitions: Schema) -> Schema:
    """Return the schema of a section. The schemas of the sections inside it are added to `definitions`."""
    made: Schema = _with_references(section.model_json_schema(schema_generator=Generator, ref_template=REFERENCE))
    definitions.update(made.pop("$defs", {}))
    return made


def _with_references(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_references(each) for each in node]
    if not isinstance(node, dict):
        return node
    if _DEFINED_LATER in node:
        others = {key: each for key, each in node.items() if key != _DEFINED_LATER}
        return {"allOf": [reference(node[_DEFINED_LATER])], **others} if others else reference(node[_DEFINED_LATER])
    return {key: _with_references(each) for key, each in node.items()}


def _without_doctests(text: str) -> str:
    lines = [line.strip() for line in text.partition(">>>")[0].strip().splitlines()]
    return "\n".join(lines).strip()

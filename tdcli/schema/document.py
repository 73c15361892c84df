"""Build the JSON Schema of a spec with all kinds, sources, tasks, layers and optimizers."""

from __future__ import annotations

import json
from typing import Any

from tdcli.architectures.core.blocks import Residual
from tdcli.architectures.core.recurrent import BIDIRECTIONAL_ARGUMENTS, FRAME_CELLS, VECTOR_CELLS
from tdcli.architectures.core.registry import find_kind, kinds
from tdcli.layers.core.base import Layer
from tdcli.layers.core.registry import find_layer, layer_names
from tdcli.layers.core.wrapper import Wrapper
from tdcli.schema.generator import Schema, reference, section_schema
from tdcli.sources.core.registry import find_source, source_names
from tdcli.sources.csv import Csv
from tdcli.sources.synthetic import find_task, task_names
from tdcli.spec.optimizers import OPTIMIZERS, argument_names
from tdcli.spec.schedules import SCHEDULES
from tdcli.spec.search import Range
from tdcli.spec.spec import Spec
from tdcli.text.section import Section

DRAFT = "http://json-schema.org/draft-07/schema#"


def spec_schema() -> Schema:
    """Return the schema of a spec with all kinds, sources, tasks, layers and optimizers."""
    definitions: Schema = {}
    document = section_schema(Spec, definitions)
    layers = {name: layer for name in layer_names() if (layer := find_layer(name))}
    definitions |= {name: _layer_schema(layer, layers, definitions) for name, layer in layers.items()}
    definitions |= {
        "layer": _item_schema(layers),
        "block": _block_schema(layers),
        "stack": _stack_schema(layers, definitions),
        "architecture": _architecture_schema(definitions),
        "data": _data_schema(definitions),
        "optimizer": _optimizer_schema(),
        "schedule": _schedule_schema(definitions),
        "searched": _searched_schema(definitions),
    }
    title = {"$schema": DRAFT, "title": "A tdcli spec"}
    return {**title, **document, "definitions": dict(sorted(definitions.items()))}


def _layer_schema(layer: type[Layer], layers: dict[str, type[Layer]], definitions: Schema) -> Schema:
    """Return the schema of a layer's arguments. For a wrapper, the wrapped layer is another key."""
    made = section_schema(layer, definitions)
    if issubclass(layer, Wrapper):
        del made["properties"]["layer"]
        made["properties"] |= {name: _arguments_schema(each) for name, each in layers.items()}
        made["required"] = [key for key in made.get("required", ()) if key != "layer"]
    made["examples"] = json.loads(json.dumps([each.arguments for each in layer.examples]))
    return made


def _arguments_schema(layer: type[Layer]) -> Schema:
    """Return the schema of the value of a layer's name: its arguments, or nothing if it needs none."""
    choices = [reference(layer.title())]
    if issubclass(layer, Wrapper):
        choices.append({"type": "string"})
    elif not _needs_arguments(layer):
        choices.append({"type": "null"})
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def _needs_arguments(layer: type[Section]) -> bool:
    return any(field.is_required() for field in layer.model_fields.values())


def _item_schema(layers: dict[str, type[Layer]], **others: Schema) -> Schema:
    """Return the schema of a list item: a name alone, or one name with arguments."""
    bare = [name for name, layer in layers.items() if not _needs_arguments(layer)]
    properties = {name: _arguments_schema(layer) for name, layer in layers.items()} | others
    one = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"anyOf": [{"enum": bare}, {**one, "minProperties": 1, "maxProperties": 1}]}


def _block_schema(layers: dict[str, type[Layer]]) -> Schema:
    description = (Residual.__doc__ or "").strip()
    inner = {"type": "array", "items": reference("block"), "minItems": 1, "description": description}
    return _item_schema(layers, Residual=inner)


def _stack_schema(layers: dict[str, type[Layer]], definitions: Schema) -> Schema:
    cells = {"anyOf": [_cell_schema(name, layers[name], definitions) for name in (*VECTOR_CELLS, *FRAME_CELLS)]}
    return {"anyOf": [cells, {"type": "array", "items": cells, "minItems": 1}]}


def _cell_schema(name: str, layer: type[Layer], definitions: Schema) -> Schema:
    """Return the schema of a recurrent layer in the stack of a kind. The default cell does not need its name."""
    made = section_schema(layer, definitions)
    del made["properties"]["return_sequences"]
    merging = find_layer("Bidirectional")
    both = section_schema(merging, definitions)["properties"] if merging else {}
    made["properties"] |= {"cell": {"const": name}, "bidirectional": {"type": "boolean", "default": False}}
    made["properties"] |= {key: both[key] for key in BIDIRECTIONAL_ARGUMENTS}
    if name not in (VECTOR_CELLS[0], FRAME_CELLS[0]):
        made["required"] = ["cell", *made["required"]]
    return made


def _architecture_schema(definitions: Schema) -> Schema:
    return _one_of([found for kind in kinds() if (found := find_kind(kind))], definitions)


def _data_schema(definitions: Schema) -> Schema:
    sources = [found for name in source_names() if (found := find_source(name))]
    plain = [each for each in sources if each.__name__ not in ("Csv", "Parquet", "Synthetic")]
    tasks = [found for name in task_names() if (found := find_task(name))]
    return _one_of([*Csv.layouts.values(), *plain, *tasks], definitions)


def _one_of(sections: list[Any], definitions: Schema) -> Schema:
    """Return the schema of one of several sections, which differ in a key with a constant value."""
    return {"anyOf": [_define(section, definitions) for section in sections]}


def _define(section: type[Section], definitions: Schema) -> Schema:
    definitions[section.__name__] = section_schema(section, definitions)
    return reference(section.__name__)


def _schedule_schema(definitions: Schema) -> Schema:
    bare = {"enum": [name for name, section in SCHEDULES.items() if not _needs_arguments(section)]}
    named = [_define(section, definitions) for section in SCHEDULES.values()]
    for each in SCHEDULES.values():
        definitions[each.__name__]["required"] = ["name", *definitions[each.__name__].get("required", ())]
    return {"anyOf": [bare, *named]}


def _searched_schema(definitions: Schema) -> Schema:
    return {"anyOf": [_define(Range, definitions), {"type": "array", "minItems": 1}]}


def _optimizer_schema() -> Schema:
    names = sorted(OPTIMIZERS)
    mappings = [
        {
            "type": "object",
            "properties": {"name": {"const": name}, **{key: {} for key in argument_names(name)}},
            "required": ["name"],
            "additionalProperties": False,
        }
        for name in names
    ]
    return {"anyOf": [{"enum": names}, *mappings]}

"""The schema takes what `check` takes, and refuses the slips that an editor can see."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from tdcli.architectures.core.registry import kinds
from tdcli.layers.core.registry import find_layer, layer_names
from tdcli.report.terminal.filled import render_filled
from tdcli.schema import generator
from tdcli.schema.document import spec_schema
from tdcli.services.init.new_spec import new_spec
from tdcli.services.specs.compile import compile_spec
from tdcli.text.section import Section
from tdcli.text.yaml_reader import parse_document

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
SCHEMA = spec_schema()
VALIDATOR = Draft7Validator(SCHEMA)
LAYERS = "architecture: {{kind: layers, input: {}, layers: [{}]}}"


def as_json(text: str) -> Any:
    return json.loads(json.dumps(parse_document(text, Path("spec.yaml")).values))


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA, allow_nan=False)


def test_every_reference_leads_to_a_definition() -> None:
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found.update([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            for each in node.values():
                walk(each)
        if isinstance(node, list):
            for each in node:
                walk(each)

    walk(SCHEMA)
    assert {each.removeprefix("#/definitions/") for each in found} <= set(SCHEMA["definitions"])


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_shipped_spec_is_valid_as_written_and_filled(path: Path) -> None:
    VALIDATOR.validate(as_json(path.read_text(encoding="utf-8")))
    VALIDATOR.validate(as_json(render_filled(compile_spec(path))))


@pytest.mark.parametrize("kind", kinds())
def test_what_init_writes_is_valid(kind: str) -> None:
    VALIDATOR.validate(as_json(new_spec(kind, None, None).text))


@pytest.mark.parametrize("name", sorted(layer_names()))
def test_a_layers_examples_are_valid(name: str) -> None:
    for example in find_layer(name).examples:
        values = {"kind": "layers", "input": [5, 4], "layers": [{name: example.arguments}]}
        VALIDATOR.validate(json.loads(json.dumps({"architecture": values})))


@pytest.mark.parametrize(
    "text",
    [
        LAYERS.format("[null, 4]", "Flatten, Masking, {Flatten: }, {TimeDistributed: Flatten}"),
        LAYERS.format("{shape: [5], dtype: int32}", "{TimeDistributed: {Dense: {units: 1}, name: head}}"),
        LAYERS.format("[5, 4]", "{Residual: [{Conv1D: {filters: 4, kernel_size: [3], padding: same}}]}"),
        LAYERS.format(
            "[5, 4]", "{Dense: {units: 1, kernel_regularizer: {L2: {l2: 0.1}}, kernel_initializer: he_normal}}"
        ),
        (
            "architecture: {kind: many-to-one, input: {timesteps: 5}, recurrent: [{units: 3}, {cell: GRU, units: 2, "
            "bidirectional: true, merge_mode: sum}], outputs: {units: 3, activation: softmax}}\n"
            "training: {optimizer: {name: sgd, momentum: 0.9}, class_weight: balanced, early_stopping: {patience: 2}}\n"
            "split: {train: 100, validation: 0.2, test: rest, gap: 5}\n"
        ),
    ],
)
def test_short_forms_are_valid(text: str) -> None:
    VALIDATOR.validate(as_json(text))


@pytest.mark.parametrize(
    "text",
    [
        LAYERS.format("[5, 4]", "{Dense: {unit: 1}}"),
        LAYERS.format("[5, 4]", "Dense"),
        LAYERS.format("[5, 4]", "{Dnese: {units: 1}}"),
        LAYERS.format("[5, 4]", "{Dense: {units: many}}"),
        LAYERS.format("[5, 4]", "{Dense: {units: 1, activation: reluu}}"),
        LAYERS.format("[5, 4]", "{Dense: {units: 1}, LSTM: {units: 2}}"),
        LAYERS.format("[5, 4]", "Flatten") + "\ntraining: {epoch: 1}",
        LAYERS.format("[5, 4]", "Flatten") + "\ntraining: {optimizer: {name: adam, rho: 1}}",
        LAYERS.format("[5, 4]", "Flatten") + "\ndata: {source: csv, layout: sequences, target: a, path: b}",
        "architecture: {kind: many-to-two}",
        "training: {}",
    ],
)
def test_specs_with_mistakes_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate(as_json(text))


def sections(section: type[Section] = Section) -> list[type[Section]]:
    return [section, *(inner for each in section.__subclasses__() for inner in sections(each))]


def test_editors_get_the_descriptions_and_defaults() -> None:
    training = SCHEMA["definitions"]["Training"]["properties"]
    assert training["epochs"]["description"] == "passes over the training set"
    assert training["epochs"]["default"] == 10
    assert "(batch, 2 x units)" in SCHEMA["definitions"]["Bidirectional"]["description"]
    assert all("examples" in SCHEMA["definitions"][name] for name in layer_names())


def test_every_validator_that_the_generator_knows_is_one() -> None:
    """A renamed validator would otherwise be described as reading anything."""
    source = "".join(path.read_text(encoding="utf-8") for path in Path(generator.__file__).parents[1].rglob("*.py"))
    names = [name.rpartition(".")[2] for name in generator._READ]
    assert [name for name in names if f"def {name}(" not in source] == []

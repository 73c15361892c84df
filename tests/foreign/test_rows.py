"""The tables of foreign names: every name that Keras exports has an answer, and every answer is one that holds."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import pytest
import yaml

from tdcli.foreign import rows
from tdcli.layers.core.fields import ACTIVATIONS
from tdcli.layers.core.objects import CONSTRAINTS, INITIALIZERS, REGULARIZERS, snake_case
from tdcli.layers.core.registry import layer_names
from tdcli.services.specs.compile import compile_document
from tdcli.spec.losses import LOSSES, METRICS, _find_metric
from tdcli.spec.optimizers import OPTIMIZERS, argument_names
from tdcli.spec.schedules import SCHEDULES
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import SpecError
from tdcli.text.nearest import suggest
from tdcli.text.section import Section
from tdcli.text.yaml_reader import parse_document

FOLDER = Path(rows.__file__).parent
TABLES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")}
ITEM = re.compile(r"`- ([^`]+)`")
KNOWN: dict[str, tuple[str, ...]] = {
    "layers": layer_names(),
    "losses": tuple(LOSSES),
    "metrics": tuple(METRICS),
    "optimizers": tuple(OPTIMIZERS),
    "activations": ACTIVATIONS,
    "initializers": (*INITIALIZERS, *map(snake_case, INITIALIZERS)),
    "regularizers": (*REGULARIZERS, *map(snake_case, REGULARIZERS)),
    "constraints": (*CONSTRAINTS, *map(snake_case, CONSTRAINTS)),
    "schedules": tuple(SCHEDULES),
}
EXPORTS = {**{table: getattr(keras, table) for table in KNOWN if table != "schedules"}}
EXPORTS["schedules"] = keras.optimizers.schedules


def exported(table: str) -> list[str]:
    return [name for name in dir(EXPORTS[table]) if not name.startswith("_")]


def is_accepted(table: str, name: str) -> bool:
    if table == "metrics":
        return _find_metric(name) is not None
    return (name.casefold() if table == "optimizers" else name) in KNOWN[table]


@pytest.mark.parametrize("table", sorted(KNOWN))
def test_every_name_that_keras_exports_is_accepted_or_has_an_answer(table: str) -> None:
    unknown = [name for name in exported(table) if not is_accepted(table, name)]
    helps = {name: suggest(name, KNOWN[table], table) for name in unknown}
    assert [name for name, help in helps.items() if help.text.startswith("use one of")] == []


@pytest.mark.parametrize("table", sorted(KNOWN))
def test_a_name_of_keras_is_renamed_to_the_same_thing(table: str) -> None:
    """A class that Keras exports twice is one object; of a loss it exports a class and a function of one title."""
    for name in exported(table):
        if is_accepted(table, name):
            continue
        meant = suggest(name, KNOWN[table], table).replacement
        if meant is None or not hasattr(EXPORTS[table], meant):
            continue
        ours, theirs = getattr(EXPORTS[table], meant), getattr(EXPORTS[table], name)
        same_title = rows.fold_name(name) == rows.fold_name(meant)
        # Which form of the target it takes is seen from the outputs, not from the metric's name.
        of_codes = name.casefold().startswith("sparse") and rows.fold_name(name) == f"sparse{rows.fold_name(meant)}"
        assert ours is theirs or same_title or of_codes, (name, meant)


def layer_helps() -> Iterator[tuple[str, str]]:
    for each in TABLES["layers"]["told"]:
        for item in ITEM.findall(each["help"]):
            yield each["names"][0], item


LAYER = """architecture:
  kind: layers
  input: {input}
  layers:
    - {item}
    - Flatten
    - Dense: {{units: 1}}
"""


def diagnostics(text: str) -> tuple[Diagnostic, ...]:
    try:
        compile_document(parse_document(text, Path("spec.yaml")))
    except SpecError as error:
        return error.diagnostics
    return ()


@pytest.mark.parametrize(("name", "item"), list(layer_helps()))
def test_what_a_help_says_to_write_is_a_layer(name: str, item: str) -> None:
    inputs = ("[20, 8]", "[20, 16, 8]", "[4, 20, 16, 8]", "[4, 4, 20, 16, 8]", "{shape: [20], dtype: int32}")
    assert any(not diagnostics(LAYER.format(input=each, item=item)) for each in inputs)


def renamed() -> Iterator[tuple[str, str, str]]:
    for table, entries in [("layers", TABLES["layers"]), *TABLES["names"].items()]:
        yield from ((table, name, write) for name, write in entries.get("renamed", {}).items())
        for each in entries.get("told", ()):
            yield from ((table, name, each["write"]) for name in each["names"] if "write" in each)


@pytest.mark.parametrize(("table", "name", "write"), list(renamed()))
def test_a_name_is_renamed_to_one_that_is_known(table: str, name: str, write: str) -> None:
    known = KNOWN.get(table, (write,))
    assert write in known
    assert rows.fold_name(name) not in {rows.fold_name(each) for each in known}, "it is found without a row"


def test_no_name_is_in_a_table_twice() -> None:
    tables = [table for title, table in TABLES["names"].items() if title != "positional"]
    for entries in (TABLES["layers"], *tables):
        told = [name for each in entries.get("told", ()) for name in each["names"]]
        names = [rows.fold_name(name) for name in [*entries.get("renamed", {}), *told]]
        assert sorted(names) == sorted(set(names))


def sections() -> dict[str, set[str]]:
    """Return what the sections of each class name, and of those below it, take."""
    found: dict[str, set[str]] = {"Optimizer": {key for name in OPTIMIZERS for key in argument_names(name)}}
    waiting: list[type[Section]] = [Section]
    import_all()
    while waiting:
        section = waiting.pop()
        waiting += section.__subclasses__()
        for base in section.__mro__:
            found.setdefault(base.__name__, set()).update(getattr(section, "model_fields", {}))
    return found


def import_all() -> None:
    from tdcli.architectures.core.registry import find_kind, kinds
    from tdcli.sources.core.registry import find_source, source_names

    for kind in kinds():
        find_kind(kind)
    for source in source_names():
        find_source(source)
    assert layer_names()


def key_rows() -> Iterator[tuple[str, str, Any]]:
    for title, entries in TABLES["arguments"].items():
        yield from ((title, key, row) for key, row in entries.items())


@pytest.mark.parametrize(
    ("title", "key", "row"), list(key_rows()), ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_key_is_renamed_to_one_that_its_section_takes(title: str, key: str, row: Any) -> None:
    taken = sections()[title]
    written = row.get("write", ()) if isinstance(row, dict) else row
    for each in (written,) if isinstance(written, str) else written:
        assert each in taken
    if isinstance(row, dict):
        assert row.get("help") or row.get("write")
        assert set(row) <= {"write", "help", "values", "together", "without", "where"}
        assert not row.get("where") or row["where"] in taken


@pytest.mark.parametrize("help", [row["help"] for _, _, row in key_rows() if isinstance(row, dict) and "help" in row])
def test_what_a_help_says_to_write_is_yaml(help: str) -> None:
    filled = (
        help.replace("{layer}", "LSTM")
        .replace("{rest}", "{units: 8}")
        .replace("{value}", "2")
        .replace("{optimizer}", "name: adam")
        .replace("{sgd}", "name: sgd")
    )
    for snippet in re.findall("`([^`]+)`", filled):
        if ":" in snippet and not snippet.startswith("tdcli "):
            yaml.safe_load(snippet if not snippet.startswith("{") else f"a: {snippet}")
    assert not help.endswith(".")

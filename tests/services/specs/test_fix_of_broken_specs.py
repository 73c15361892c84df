"""Sound specs with one thing broken at random: a fix mends something, breaks nothing, and has then no more to do."""

import random
import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.expand import expand_spec
from tdcli.services.specs.fix import fix_spec
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document
from tdcli.text.yaml_writer import to_inline_yaml, to_item_yaml, to_yaml

SPECS = Path(__file__).parents[3] / "specs"
NAMES = [path.stem for path in sorted(SPECS.glob("*.yaml"))]
TIMES = 12

Breaker = Callable[[dict[str, Any], random.Random], None]


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def chain(name: str) -> dict[str, Any]:
    """Return a shipped spec as a chain of layers, without the data that only its folder has."""
    text = expand_spec(SPECS / f"{name}.yaml")
    values: dict[str, Any] = plain(parse_document(text, Path("spec.yaml")).values)
    return {key: value for key, value in values.items() if key in ("name", "architecture", "training")}


def drop_sequences(values: dict[str, Any], rng: random.Random) -> None:
    layers = values["architecture"]["layers"]
    returning = [each for each in layers if "return_sequences" in str(each)]
    if returning:
        layer = rng.choice(returning)
        inner = next(iter(layer.values()))
        inner = (
            inner if "return_sequences" in inner else next(each for each in inner.values() if isinstance(each, dict))
        )
        if rng.random() < 0.5:
            inner["return_sequences"] = False
        else:
            del inner["return_sequences"]


def wrap(values: dict[str, Any], rng: random.Random) -> None:
    layers = values["architecture"]["layers"]
    index = rng.randrange(len(layers))
    layers[index] = {"TimeDistributed": layers[index]}


def unwrap(values: dict[str, Any], rng: random.Random) -> None:
    layers = values["architecture"]["layers"]
    wrapped = [index for index, each in enumerate(layers) if isinstance(each, dict) and "TimeDistributed" in each]
    if wrapped:
        index = rng.choice(wrapped)
        layers[index] = layers[index]["TimeDistributed"]


def swap_axes(values: dict[str, Any], rng: random.Random) -> None:
    listed = values["architecture"]["input"]
    sizes = listed["shape"] if isinstance(listed, dict) else listed
    rng.shuffle(sizes)


def remove(values: dict[str, Any], rng: random.Random) -> None:
    layers = values["architecture"]["layers"]
    if len(layers) > 1:
        layers.pop(rng.randrange(len(layers)))


def misspell(values: dict[str, Any], rng: random.Random) -> None:
    """Leave a letter out of a layer's name or an argument's."""
    layers = values["architecture"]["layers"]
    index = rng.randrange(len(layers))
    if isinstance(layers[index], dict):
        ((name, arguments),) = layers[index].items()
        words = [name, *(arguments if isinstance(arguments, dict) else ())]
        word = rng.choice([each for each in words if len(each) > 1])
        place = rng.randrange(len(word))
        text = to_inline_yaml(layers[index]).replace(word, word[:place] + word[place + 1 :], 1)
        layers[index] = plain(parse_document(text, Path("spec.yaml")).values)


def quote(values: dict[str, Any], rng: random.Random) -> None:
    """Put the numbers of a layer into quotes."""
    layers = values["architecture"]["layers"]
    index = rng.randrange(len(layers))
    if isinstance(layers[index], dict):
        text = re.sub(r": (\d+)(?=[,}])", r": '\1'", to_inline_yaml(layers[index]))
        layers[index] = plain(parse_document(text, Path("spec.yaml")).values)


def write_batch(values: dict[str, Any], rng: random.Random) -> None:
    listed = values["architecture"]["input"]
    sizes = listed["shape"] if isinstance(listed, dict) else listed
    sizes.insert(0, rng.choice([None, 32, 7]))


BREAKERS: list[Breaker] = [drop_sequences, wrap, unwrap, swap_axes, remove, misspell, quote, write_batch]


def diagnostics(path: Path) -> list[tuple[str, str, int]]:
    try:
        compile_spec(path)
    except SpecError as error:
        return [(each.name, each.message, each.span.line if each.span else 0) for each in error.diagnostics]
    return []


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_spec_is_mended_or_left_alone(name: str, tmp_path: Path) -> None:
    sound = chain(name)
    path, rng = tmp_path / "spec.yaml", random.Random(NAMES.index(name))
    mended = 0
    for _ in range(TIMES):
        values = deepcopy(sound)
        for breaker in rng.sample(BREAKERS, k=rng.choice([1, 1, 2])):
            breaker(values, rng)
        text = to_yaml(values) if rng.random() < 0.5 else flow(values)
        path.write_text(text, encoding="utf-8")
        before = diagnostics(path)
        count = fix_spec(path)
        fixed = path.read_text(encoding="utf-8")
        assert fix_spec(path) == 0
        assert path.read_text(encoding="utf-8") == fixed
        assert not parse_document(fixed, path).diagnostics
        if count == 0:
            assert fixed == text
            continue
        after = diagnostics(path)
        assert {each[:2] for each in before} - {each[:2] for each in after}
        assert is_nearer(before, after), text
        assert shape_of(fixed, path) == shape_of(text, path)
        mended += 1
    assert mended > 0


def is_nearer(before: list[tuple[str, str, int]], after: list[tuple[str, str, int]]) -> bool:
    """Say whether there are fewer faults, or as many and all of them further down, or of another sort."""
    return not after or len(after) < len(before) or after[0] != before[0]


def shape_of(text: str, path: Path) -> Any:
    """Return the input, which no fix changes."""
    return parse_document(text, path).values["architecture"]["input"]


def flow(values: dict[str, Any]) -> str:
    """Write a layer a line, as people do."""
    architecture = values["architecture"]
    lines = ["architecture:", "  kind: layers", f"  input: {to_inline_yaml(architecture['input'])}", "  layers:"]
    lines += [indent(to_item_yaml(each), " " * 4) for each in architecture["layers"]]
    return "\n".join(lines) + "\n"

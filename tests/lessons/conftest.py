"""What a help says to write, put into the spec as a reader would: the same command is then run again."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tdcli.cli.app import main
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.train import Outcome, train_job
from tdcli.sources.core.split import Split
from tdcli.sources.csv import Csv
from tdcli.sources.npy import Npy
from tdcli.spec.spec import Spec
from tdcli.spec.training import Training
from tdcli.text.document import Document
from tdcli.text.key_path import KeyPath
from tdcli.text.yaml_reader import parse_document
from tdcli.text.yaml_writer import to_yaml

FAULT = re.compile(r"^(?:error|warning)\[([a-z0-9-]+)\]: (.*)$")
PLACE = re.compile(r"^ *--> (.*?):(\d+)(?::(\d+))?$")
IN_NUMPY = re.compile(r"`((?:[xy][.\[]|np\.)[^`]*)`")
"""What a help says to make of an array: `x.transpose(0, 2, 1)`."""
SNIPPET = re.compile(r"`([^`]+)`")
ON_LINE = re.compile(r"on line (\d+)")
IN_LAYER = re.compile(r"in the `([A-Z]\w+)`")
KEYS = {
    ("data",): {key for each in (*Csv.layouts.values(), Npy) for key in each.model_fields},
    ("split",): set(Split.model_fields),
    ("training",): set(Training.model_fields),
    ("architecture",): {"kind", "input", "outputs", "recurrent", "layers"},
    ("architecture", "input"): {"timesteps", "features", "frame", "shape", "dtype"},
    ("architecture", "outputs"): {"units", "activation"},
    (): set(Spec.model_fields),
}
"""The keys of each section, by the way to it."""


@dataclass(frozen=True)
class Said:
    """A diagnostic as it is printed: its place, and what it says to do."""

    name: str
    message: str
    path: str
    line: int
    column: int
    helps: tuple[str, ...]


def said(printed: str) -> list[Said]:
    """Read what a command prints."""
    found: list[Said] = []
    for block in re.split(r"^(?=(?:error|warning)\[)", printed, flags=re.MULTILINE)[1:]:
        lines = block.splitlines()
        name = FAULT.match(lines[0])
        place = next((match for line in lines if (match := PLACE.match(line))), None)
        helps = tuple(line.removeprefix("help: ") for line in lines if line.startswith("help: "))
        path, line, column = (place[1], int(place[2]), int(place[3] or 0)) if place else ("", 0, 0)
        found.append(Said(*(name.groups() if name else ("", "")), path, line, column, helps))
    return found


def snippets(help: str) -> list[dict[str, Any]]:
    """Return what a help says to write: keys with their values, those joined by `and` or `with` as one.

    What is no mapping of keys to values is none, nor what leaves something open (`...`), nor a layer, which stands in
    a list.
    """
    found: list[dict[str, Any]] = []
    end = None
    for match in SNIPPET.finditer(help):
        value = _keys(match[1])
        if value is None:
            continue
        if end is not None and help[end : match.start()] in (" and ", " with "):
            found[-1] |= value
        else:
            found.append(value)
        end = match.end()
    return found


def _keys(text: str) -> dict[str, Any] | None:
    if ": " not in text or "..." in text or not re.match(r"[a-z_]+: ", text):
        return None
    values = dict(parse_document(text + "\n", Path("help")).values)
    assert yaml.safe_load(text), text
    return None if _is_open(values) and ": null" not in text else values


def _is_open(value: Any) -> bool:
    """Say whether some key has no value: `input: {timesteps, frame}`."""
    return isinstance(value, dict) and any(each is None or _is_open(each) for each in value.values())


def pasted(text: str, said: Said, help: str, keys: dict[str, Any]) -> Iterator[str]:
    """Yield the spec with the keys in the section that they belong to; the likeliest first where there are several."""
    document = parse_document(text, Path("spec.yaml"))
    for base in dict.fromkeys(_sections(document, said, help, keys)):
        for merged in (True, False):
            values = _plain(document.values)
            section = values
            for part in base:
                section = _entered(section, part)
            if not isinstance(section, dict):
                continue
            for key, value in keys.items():
                merges = merged and isinstance(value, dict) and isinstance(section.get(key), dict)
                section[key] = {**section[key], **value} if merges else value
            yield to_yaml(values)


def _entered(section: Any, part: str | int) -> Any:
    """Return what stands under a key; a mapping where nothing does, or where it is no mapping: `outputs: 1`."""
    if isinstance(part, str) and not isinstance(section.get(part), dict | list):
        section[part] = {}
    return section[part]


def _sections(document: Document, said: Said, help: str, keys: dict[str, Any]) -> Iterator[KeyPath]:
    named = ON_LINE.search(help)
    if named:
        yield from _mappings(document, way_at(document, int(named[1]), 0))
    layer = IN_LAYER.search(help)
    if layer:
        yield from (way for way in document.spans if way and way[-1] == layer[1])
    own = way_at(document, said.line, said.column) if said.path == "spec.yaml" else ()
    around = list(_mappings(document, own))
    yield from (way for way in around if keys.keys() <= document.value_at(way).keys())
    known = [way for way, names in KEYS.items() if keys.keys() <= names]
    yield from sorted(known, key=lambda way: own[: len(way)] != way)
    yield from (way for way in around if way)


def _mappings(document: Document, way: KeyPath) -> Iterator[KeyPath]:
    """Yield the ways to the mappings around a value, the innermost first."""
    for length in range(len(way), -1, -1):
        if isinstance(document.value_at(way[:length]), dict):
            yield way[:length]


def way_at(document: Document, line: int, column: int) -> KeyPath:
    """Return the way to what stands at a place of a spec."""
    spans = [*document.spans.items(), *document.key_spans.items()]
    there = [way for way, span in spans if span.line == line and (not column or span.column == column)]
    return max(there, key=len, default=())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def place(said: Said, text: str) -> tuple[str, Any]:
    """Return where a diagnostic is: in a spec by the way to it, which stays the same where lines move."""
    if said.path != "spec.yaml":
        return said.message, said.line
    return said.path, way_at(parse_document(text, Path("spec.yaml")), said.line, said.column)


def ran(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[Said]:
    """Run a command; return what it says."""
    capsys.readouterr()
    monkeypatch.setattr("sys.argv", ["tdcli", *command.split()])
    with pytest.raises(SystemExit):
        main()
    return said(capsys.readouterr().err)


def _written(help: str, text: str) -> list[dict[str, Any]]:
    """Return what a help says to write into the spec; nothing but no keys, where it is about an array of it alone."""
    return snippets(help) or ([{}] if _expression(help, text) else [])


def _expression(help: str, text: str) -> tuple[str, Path] | None:
    """Return what a help says to make of an array in NumPy, and the file of that array, where the spec has one."""
    found = IN_NUMPY.search(help)
    data = parse_document(text, Path("spec.yaml")).values.get("data") if found else None
    if not found or not isinstance(data, dict):
        return None
    name = "y" if re.search(r"\by\b", found[1]) else "x"
    path = Path(str(data.get(name)))
    return (found[1], path) if path.suffix == ".npy" and path.is_file() else None


def _save(help: str, text: str) -> None:
    """Do what a help says to an array, as a reader would in NumPy."""
    found = _expression(help, text)
    if found:
        array = np.load(found[1])
        np.save(found[1], eval(found[0], {"np": np, "x": array, "y": array}))  # noqa: S307


@dataclass
class Trainings:
    """Says whether a command got as far as a training; where none is needed, the command ends there, and is done.

    What is told before a training begins is gone when it begins.
    """

    begun: bool = False
    needed: bool = True

    def train(self, job: TrainingJob, callbacks: Callbacks) -> Outcome:
        self.begun = True
        if not self.needed:
            raise SystemExit(0)
        return train_job(job, callbacks)


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> Trainings:
    found = Trainings()
    monkeypatch.setattr("tdcli.services.train.train.train_job", found.train)
    return found


@pytest.fixture
def mends(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], trainings: Trainings
) -> Callable[[str], list[tuple[str, str, bool]]]:
    """Run a command on this folder's `spec.yaml`: each diagnostic's name, what it says to write, if that mends it."""

    def tried(command: str) -> list[tuple[str, str, bool]]:
        spec = Path("spec.yaml")
        text = spec.read_text(encoding="utf-8")
        trainings.begun, trainings.needed = False, True
        found = ran(command, monkeypatch, capsys)
        trainings.needed = trainings.begun
        helps = [(each, help) for each in found for help in each.helps]
        written = [(each, help, keys) for each, help in helps for keys in _written(help, text)]
        arrays = {path: path.read_bytes() for path in Path().glob("*.npy")}
        try:
            return [(each.name, help, gone(command, each, text, help, keys, arrays)) for each, help, keys in written]
        finally:
            spec.write_text(text, encoding="utf-8")

    def gone(command: str, found: Said, text: str, help: str, keys: dict[str, Any], arrays: dict[Path, bytes]) -> bool:
        for candidate in pasted(text, found, help, keys):
            Path("spec.yaml").write_text(candidate, encoding="utf-8")
            _save(help, text)
            left = ran(command, monkeypatch, capsys)
            names = {each.name for each in left}
            is_there = (found.name, place(found, text)) in {(each.name, place(each, candidate)) for each in left}
            for path, content in arrays.items():
                path.write_bytes(content)
            if not is_there and not names & {"unforeseen", "yaml-syntax", *({"unknown-key"} - {found.name})}:
                return True
        return False

    return tried

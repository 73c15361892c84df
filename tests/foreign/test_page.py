"""The page of foreign names shows the tables as they are; `--write` puts them in."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tdcli.foreign import rows

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "other_libraries.md"
MARK = "<!-- The tables of `tdcli/foreign`, by `pytest tests/foreign/test_page.py --write`. -->\n"
TABLES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in Path(rows.__file__).parent.glob("*.toml")
}
TITLES = {
    "Layer": "any layer", "Wrapper": "`TimeDistributed` and `Bidirectional`", "Spec": "the top of a spec",
    "Architecture": "`architecture`", "SequenceInput": "`input`", "FrameInput": "`input` of frames",
    "FeaturesInput": "`input` of a kind", "Split": "`split`", "DataSection": "`data`", "Table": "`data` of a table",
    "Npy": "`data` of arrays", "Training": "`training`", "EarlyStopping": "`early_stopping`",
    "Checkpoint": "`checkpoint`", "Plateau": "`schedule: {name: plateau}`", "Schedule": "`schedule`",
    "Optimizer": "`optimizer`", "Pooling": "pooling layers",
}  # fmt: skip


LEFT_OUT = "remove it: it is not needed"


def names_of(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the names of a table with what to write for each."""
    yield from ((name, f"`{write}`") for name, write in table.get("renamed", {}).items())
    yield from ((name, each["help"]) for each in table.get("told", ()) for name in each["names"])


def keys_of(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys of a table with what to write for each."""
    yield from ((key, answer(written)) for key, written in table.items())


def answer(written: Any) -> str:
    if not isinstance(written, dict):
        return " or ".join(f"`{each}`" for each in ([written] if isinstance(written, str) else written))
    if written.get("without") == rows.ANY:
        return LEFT_OUT
    if "help" in written:
        filled = {"value": "...", "layer": "LSTM", "rest": "{...}", "optimizer": "name: adam", "sgd": "name: sgd"}
        text = str(written["help"])
        for name, shown in filled.items():
            text = text.replace(f"{{{name}}}", shown)
        return text
    return f"`{written['write']}`" + (", a list of both" if "together" in written else "")


def of_any_size(name: str, text: str) -> tuple[str, str]:
    """Write `nD` for the one, two or three axes of a name and of what replaces it."""
    axes = "[123][Dd]"
    sizes = {each.casefold() for each in re.findall(axes, f"{name} {text}")}
    if len(sizes) != 1 or not re.search(axes, name):
        return name, text
    return re.sub(axes, "nD", name), re.sub(axes, "nD", text)


def by_answer(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield all the names that are given an answer, and the answer."""
    found: dict[str, dict[str, None]] = {}
    for pair in pairs:
        name, text = of_any_size(*pair)
        same = re.sub(r"`- Activation: \{activation: \w+\}`", "`- Activation: {activation: ...}` with its name", text)
        found.setdefault(same, {})[name] = None
    yield from ((", ".join(f"`{each}`" for each in names), text) for text, names in found.items())


def section(title: str, tables: Mapping[str, Iterable[tuple[str, str]]]) -> list[str]:
    """Return what a kind of names is renamed to, and a table of what is told of the others."""
    renamed, told = [], []
    for where, pairs in tables.items():
        answers = list(by_answer(pairs))
        short = "; ".join(f"{names} → {text}" for names, text in answers if text.startswith("`"))
        renamed += [f"- {where}: {short}"] if short else []
        told += [f"| {where} | {names} | {text} |" for names, text in answers if not text.startswith("`")]
    return ["", f"## {title}", "", *renamed, "", "| where | elsewhere | here |", "| --- | --- | --- |", *told]


def tables() -> str:
    keys = {TITLES.get(title, f"`{title}`"): keys_of(table) for title, table in TABLES["arguments"].items()}
    names = {each.replace("_", " "): names_of(table) for each, table in TABLES["names"].items() if each != "positional"}
    found = [
        *section("Layers", {"`layers`": names_of(TABLES["layers"])}),
        *section("Keys", keys),
        *section("Other names", names),
    ]
    return "\n".join(found) + "\n"


def test_the_page_shows_the_tables(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before = text.partition(MARK)[0]
    if request.config.getoption("--write"):
        PAGE.write_text(before + MARK + tables(), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    assert text == before + MARK + tables()

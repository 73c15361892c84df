"""The page of foreign names shows the tables as they are; `--write` puts them in."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tdcli.foreign import rows

PAGE = Path(__file__).parents[2] / "docs" / "coming_from.md"
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
    "Optimizer": "`optimizer`",
}  # fmt: skip


def names_of(table: dict[str, Any]) -> Iterator[str]:
    """Yield the rows of a table of names: what to write, and for what."""
    by_target: dict[str, list[str]] = {}
    for name, write in table.get("renamed", {}).items():
        by_target.setdefault(write, []).append(name)
    yield from (row(names, f"`{write}`") for write, names in sorted(by_target.items()))
    yield from (row(each["names"], each["help"]) for each in table.get("told", ()))


def keys_of(table: dict[str, Any]) -> Iterator[str]:
    """Yield the rows of a table of keys."""
    found: dict[str, list[str]] = {}
    for key, written in table.items():
        found.setdefault(answer(written), []).append(key)
    yield from (row(keys, text) for text, keys in found.items())


def answer(written: Any) -> str:
    if not isinstance(written, dict):
        return " or ".join(f"`{each}`" for each in ([written] if isinstance(written, str) else written))
    if "help" in written:
        return (
            str(written["help"])
            .replace("{value}", "...")
            .replace("{layer}", "LSTM")
            .replace("{rest}", "{...}")
            .replace("{optimizer}", "name: adam")
            .replace("{sgd}", "name: sgd")
        )
    return f"`{written['write']}`" + (", a list of both" if "together" in written else "")


def row(names: list[str], text: str) -> str:
    return f"| {', '.join(f'`{each}`' for each in names)} | {text} |"


def tables() -> str:
    head = ["", "| written elsewhere | here |", "| --- | --- |"]
    lines = ["", "## Layers", *head, *names_of(TABLES["layers"])]
    for title, table in TABLES["arguments"].items():
        lines += ["", f"## Keys of {TITLES.get(title, f'`{title}`')}", *head, *keys_of(table)]
    for title, table in TABLES["names"].items():
        if title != "positional":
            lines += ["", f"## {title.replace('_', ' ').capitalize()}", *head, *names_of(table)]
    return "\n".join(lines) + "\n"


def test_the_page_shows_the_tables(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    before = text.partition(MARK)[0]
    if request.config.getoption("--write"):
        PAGE.write_text(before + MARK + tables(), encoding="utf-8")
        text = PAGE.read_text(encoding="utf-8")
    assert text == before + MARK + tables()

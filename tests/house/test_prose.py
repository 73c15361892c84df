"""Prose is written in plain words: the rules are those of `.vale/tdcli`, in the format of the linter Vale."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RULES = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((ROOT / ".vale" / "tdcli").glob("*.yml"))]
SWAPS = {
    re.compile(rf"\b(?:{turn})(?!\w)", re.IGNORECASE): plain for rule in RULES for turn, plain in rule["swap"].items()
}
PAGES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "tdcli" / "lessons").glob("*.md")),
    *sorted((ROOT / "specs").glob("*.yaml")),
]  # fmt: skip
MODULES = sorted((ROOT / "tdcli").rglob("*.py"))
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
STYLE_TABLE = re.compile(r"^\| instead of \| write \|\n(?:\|.*\n)*", re.MULTILINE)


class Prose(NamedTuple):
    """A text, and the line of its file where it begins."""

    text: str
    line: int


def prose_of_page(text: str) -> Prose:
    """Return a page without code, and without the table of turns to avoid; lines keep their numbers."""
    for pattern in (FENCE, STYLE_TABLE):
        text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
    return Prose(CODE.sub("`", text), 1)


def prose_of_module(tree: ast.Module) -> Iterator[Prose]:
    """Yield docstrings, messages and labels: every text of several words."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "`" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if text.count(" ") > 1:
            yield Prose(CODE.sub("`", text), node.lineno)


def turns_in(prose: Prose) -> Iterator[str]:
    """Yield what a rule would have written otherwise, with its line."""
    for turn, plain in SWAPS.items():
        for found in turn.finditer(prose.text):
            yield f"{prose.line + prose.text[: found.start()].count(chr(10))}: `{found[0]}`, write `{plain}`"


def test_the_rules_find_the_turns_that_they_name() -> None:
    assert len(SWAPS) > 20
    found = list(turns_in(Prose("It lies\nin a folder that is none of a run.", 7)))
    assert found == ["8: `is none of`, write `is not a`"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_is_in_plain_words(page: Path) -> None:
    assert list(turns_in(prose_of_page(page.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_the_texts_of_a_module_are_in_plain_words(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert [turn for prose in prose_of_module(tree) for turn in turns_in(prose)] == []

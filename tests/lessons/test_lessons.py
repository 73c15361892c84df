"""Each lesson is run: what is wrong gives exactly its message, what is right gives none of that name.

A section's fenced blocks are files, named behind the language (a `yaml` block without a name is
`spec.yaml`, a JSON list under an `.npy` name an array), and in a `console` block the commands to run there;
without one that is `tdcli check spec.yaml`. `pytest tests/lessons --write` rewrites the messages.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tdcli
from tdcli.cli.app import main
from tdcli.services.specs.lessons import lesson_names, lesson_titles, read_lesson

SOURCES = sorted(Path(tdcli.__path__[0]).rglob("*.py"))
MAKER = re.compile(
    r"\w*Diagnostic|(\w*Diagnostic|TargetLeak)\.warning|\w*Error\.of"
    r"|DataDiagnostic|ExecutionError\.of|invalid|validation_error|_warning"
)

# What no page can show: it takes a full disk, a full memory, another process, a server, a package that is missing, a
# file that is no text, or a fault of Keras or of tdcli itself.
NOT_SHOWN = {
    "cannot-export", "cannot-write", "count-mismatch", "export-differs", "keras-disagrees", "log-failed", "lost-worker",
    "missing-extra", "nothing-to-train", "out-of-memory", "run-in-use", "unforeseen", "unsafe-model",
    "wrong-backend", "wrong-cluster",
}  # fmt: skip


WIDEST = 84
"""Columns of a drawing of shapes."""


def names_in(source: Path) -> set[str]:
    """Return the names that a file gives to diagnostics: the first text among a maker's first two arguments."""
    calls = [node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    firsts = [call.args[:2] for call in calls if MAKER.fullmatch(ast.unparse(call.func))]
    texts = [[each.value for each in first if isinstance(each, ast.Constant)] for first in firsts]
    return {str(first[0]) for first in texts if first}


_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """One section's text."""

    text: str

    def blocks(self) -> Iterator[tuple[str, str, str]]:
        """Yield language, name and text of each fenced block."""
        for language, name, text in _BLOCK.findall(self.text):
            yield language, name or ("spec.yaml" if language == "yaml" else ""), text

    def actions(self) -> Iterator[tuple[str, str]]:
        """Yield what to write, by its name, and what to run, by `$`, in the order of the page."""
        found = [
            ("$", line.removeprefix("$ tdcli ")) if language == "console" else (name, text)
            for language, name, text in self.blocks()
            for line in (text.splitlines() if language == "console" else [""])
        ]
        yield from found
        if "$" not in dict(found):
            yield "$", "check spec.yaml"

    @property
    def last_command(self) -> str:
        return [text for name, text in self.actions() if name == "$"][-1]

    @property
    def message(self) -> str:
        """The text of the section's one block."""
        ((_, _, text),) = self.blocks()
        return text


def sections(page: str) -> dict[str, Section]:
    """Return a page's sections by their heading."""
    _, *parts = re.split(r"^## (\w+)\n", page, flags=re.MULTILINE)
    return {heading: Section(text) for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def with_message(page: str, message: str) -> str:
    """Return the page with another message."""
    return re.sub(r"(## Message\n+```text\n).*?(```\n)", lambda found: found[1] + message + found[2], page, flags=re.S)


def test_every_diagnostic_has_a_lesson_and_every_lesson_is_of_one() -> None:
    raised = set().union(*(names_in(source) for source in SOURCES))
    assert len(raised) > 60
    assert raised == set(lesson_names())


def run(section: Section, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> int:
    """Do what a section shows, and leave to be read what the last of its commands says."""
    status = 0
    for name, text in section.actions():
        if name.endswith(".npy"):
            np.save(folder / name, np.array(json.loads(text)))
        elif name != "$":
            (folder / name).write_text(text, encoding="utf-8")
        else:
            capsys.readouterr()
            monkeypatch.setattr("sys.argv", ["tdcli", *text.split()])
            with pytest.raises(SystemExit) as ended:
                main()
            status = int(ended.value.code or 0)
    return status


def said(text: str) -> str:
    """Return what is printed from the first fault on: `train` prints its summary and epochs before it.

    A run's folder is named after the second in which it was made; here it is `runs/latest`.
    """
    text = re.sub(r"runs/[0-9]+-[0-9]+-\w+", "runs/latest", text)
    found = re.search(r"^(error|warning)\[.*", text, re.DOTALL | re.MULTILINE)
    return (found[0] if found else "").strip() + "\n"


@pytest.mark.parametrize("name", sorted(set(lesson_names()) - NOT_SHOWN))
def test_a_lesson_says_what_is_printed(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    trainings: Any,
) -> None:
    """A right spec is trained where the wrong one was, or where another command asks for what was trained."""
    page = read_lesson(name)
    parts = sections(page)
    monkeypatch.chdir(tmp_path)

    status = run(parts["Wrong"], tmp_path, monkeypatch, capsys)
    printed = said(capsys.readouterr().err)
    if request.config.getoption("--write"):
        page = with_message(page, printed)
        (Path(tdcli.__path__[0]) / "lessons" / f"{name}.md").write_text(page, encoding="utf-8")
    message = sections(page)["Message"].message
    assert printed == message
    assert re.match(rf"(error|warning)\[{name}\]: ", message)
    messages = re.findall(r"^(?:error|warning)\[.*", printed, re.MULTILINE)
    assert len(set(messages)) == len(messages)
    assert bool(status) == message.startswith("error")

    trainings.needed = trainings.begun or not parts["Right"].last_command.startswith("train ")
    assert run(parts["Right"], tmp_path, monkeypatch, capsys) == 0
    assert f"[{name}]" not in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(NOT_SHOWN))
def test_a_lesson_that_cannot_be_run_shows_the_form_of_its_message(name: str) -> None:
    assert sections(read_lesson(name))["Message"].message.startswith(f"error[{name}]: ")


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_begins_with_its_name_and_a_sentence_for_the_list(name: str) -> None:
    assert read_lesson(name).startswith(f"# {name}\n")
    assert lesson_titles()[name].endswith(".")


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_ends_with_what_to_do_where_its_right_part_does_not_fit(name: str) -> None:
    *_, last = re.findall(r"^## (.+)$", read_lesson(name), flags=re.MULTILINE)
    assert last == ("What to do" if name in NOT_SHOWN else "Alternatives")


@pytest.mark.parametrize("name", lesson_names())
def test_what_a_lesson_draws_fits_into_a_terminal(name: str) -> None:
    why, _, _ = read_lesson(name).partition("## Message\n")
    drawn = [
        line
        for language, text in re.findall(r"^```(\w+)$\n(.*?)^```$", why, re.DOTALL | re.MULTILINE)
        if language == "text"
        for line in text.splitlines()
    ]
    assert [line for line in drawn if len(line) > WIDEST] == []

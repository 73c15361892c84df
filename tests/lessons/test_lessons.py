"""Each lesson is run: the wrong spec gives exactly its message, the right one holds together."""

import re
from pathlib import Path

import pytest

from tdcli.cli.app import main
from tdcli.services.lessons import lesson_names, read_lesson

SIX_MISTAKES = {
    "features-mismatch",
    "frames-not-flattened",
    "sequences-not-returned",
    "time-axis-missing",
    "time-distributed-missing",
    "time-distributed-recurrent",
}


WARNINGS = {
    "activation-before-batch-normalization",
    "activity-regularizer-dropped",
    "batch-normalization-in-time-distributed",
    "outputs-as-wide-as-time",
}


def blocks(page: str, heading: str) -> str:
    """Return the text of the code block under a heading."""
    found = re.search(rf"## {heading}\n(?:\n`\S+` begins with\n)?\n```\w+\n(.*?)```\n", page, re.DOTALL)
    assert found, f"no block under {heading}"
    return found[1]


def check(monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    monkeypatch.setattr("sys.argv", ["tdcli", "check", "spec.yaml"])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_the_tutorials_six_mistakes_and_every_warning_have_lessons() -> None:
    assert set(lesson_names()) == SIX_MISTAKES | WARNINGS | {"softmax-over-one"}


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_says_what_is_printed(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = read_lesson(name)
    monkeypatch.chdir(tmp_path)
    if "## Data" in page:
        data = re.search(r"`(\S+)` begins with", page)
        assert data
        Path(data[1]).write_text(blocks(page, "Data"), encoding="utf-8")

    message = blocks(page, "Message").strip()

    Path("spec.yaml").write_text(blocks(page, "Wrong"), encoding="utf-8")
    assert check(monkeypatch) == (2 if message.startswith("error") else 0)
    assert capsys.readouterr().err.strip() == message

    Path("spec.yaml").write_text(blocks(page, "Right"), encoding="utf-8")
    assert check(monkeypatch) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("name", lesson_names())
def test_a_lesson_begins_with_its_name_and_is_about_that_fault(name: str) -> None:
    page = read_lesson(name)
    assert page.startswith(f"# {name}\n")
    assert re.match(rf"(error|warning)\[{name}\]: ", blocks(page, "Message"))

"""Control characters in names reach no terminal, no page and no drawing; streams may be closed or full."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tdcli.report.drawings.svg import Svg
from tdcli.report.pages.html import render_page

NAME = "\x1b]0;title\x07\x1b[31m[red]"
SHOWN = r"\x1b]0;title\x07\x1b[31m[red]"
SPEC = """architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: log.csv, features: [v, w], target: TARGET}
split: {validation: 0.2}
"""


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = "\n".join(f"{row % 7},{row % 3},1" for row in range(60))
    Path("log.csv").write_text(f"v,w,{NAME}\n{rows}\n", encoding="utf-8")
    path = Path("spec.yaml")
    path.write_text(SPEC.replace("TARGET", "v"), encoding="utf-8")
    return path


def has_controls(text: str) -> bool:
    return any(ord(each) < 32 and each != "\n" for each in text)


@pytest.mark.parametrize("command", [("check",), ("data",), ("data", "--format", "json")])
def test_a_column_is_shown_by_name(command: tuple[str, ...], spec: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli(*command, spec)
    assert ended.code == 0
    assert not has_controls(ended.out + ended.err)
    if command == ("check",):
        assert f"`{SHOWN}`" in ended.err


def test_an_unknown_column_names_those_that_are_there(spec: Path, tdcli: Callable[..., Any]) -> None:
    spec.write_text(SPEC.replace("TARGET", "q"), encoding="utf-8")
    ended = tdcli("check", spec)
    assert ended.code == 2
    assert not has_controls(ended.err)
    assert SHOWN in ended.err


@pytest.mark.parametrize("before", ["", "\u4f60\u597d", "\u202e"])
def test_a_caret_is_under_what_it_marks(before: str, spec: Path, tdcli: Callable[..., Any]) -> None:
    from rich.cells import cell_len

    spec.write_text(f'name: "{before}", oops: 1}}\n'.replace("name", "{name"), encoding="utf-8")
    ended = tdcli("check", spec)
    lines = ended.err.splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip(" |") == "^^^^")
    source = lines[place - 1]
    assert cell_len(source[: source.index("oops")]) == lines[place].index("^")


def test_a_file_name_of_odd_bytes_is_shown(tdcli: Callable[..., Any]) -> None:
    ended = tdcli("check", "a\udcff\x1b[31m.yaml")
    assert ended.code == 2
    assert r"a\udcff\x1b[31m.yaml" in ended.err


def test_a_wrong_option_is_quoted_without_control_characters(tdcli: Callable[..., Any]) -> None:
    ended = tdcli("check", "--n\x1b[31m")
    assert ended.code == 2
    assert "\x1b" not in ended.err


def test_a_long_value_is_cut_in_the_message(spec: Path, tdcli: Callable[..., Any]) -> None:
    spec.write_text(SPEC.replace("TARGET", "q" * 5000), encoding="utf-8")
    first = tdcli("check", spec).err.splitlines()[0]
    assert len(first) < 200
    assert "\u2026" in first


def test_a_drawing_with_any_name_is_xml() -> None:
    svg = Svg(10, 10, NAME, NAME + "\ufffe", "")
    svg.write(NAME, 0, 0)
    assert SHOWN in "".join(ET.fromstring(svg.text()).itertext())


def test_a_page_escapes_what_is_put_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<b>{{ name }}</b>", encoding="utf-8")
    monkeypatch.setattr("tdcli.report.pages.html.PAGES", tmp_path)
    assert render_page("page.html", name=f"{NAME}<i>") == f"<b>{SHOWN}&lt;i&gt;</b>"


STREAMS = {
    ">/dev/full": (1, "cannot write `standard output`: No space left on device"),
    ">&-": (1, "cannot write `standard output`: it is closed"),
    "2>/dev/full": (0, ""),
    "2>&-": (0, ""),
    "<&-": (0, ""),
    ">&- 2>&- <&-": (1, ""),
}


@pytest.mark.parametrize("streams", STREAMS)
@pytest.mark.parametrize("command", ["check spec.yaml", "--help"])
def test_closed_and_full_streams_end_with_a_sentence(streams: str, command: str, spec: Path) -> None:
    code, message = STREAMS[streams]
    shell = f"{sys.executable} -m tdcli {command} {streams}"
    ended = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "ignored" not in ended.stderr

"""What a help says to write is YAML, and written down it makes the fault go."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tdcli.services.specs.lessons import lesson_names, read_lesson

Mends = Callable[[str], list[tuple[str, str, bool]]]

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
RUN = ("check", "data", "train")
"""The commands whose advice is for the spec."""


def laid_out(name: str, folder: Path) -> list[str]:
    """Write the files of a lesson's wrong part; return the commands to run on them."""
    wrong = read_lesson(name).partition("## Wrong\n")[2].partition("## Message\n")[0]
    commands = []
    for language, file, text in BLOCK.findall(wrong):
        if language == "console":
            commands += [line.removeprefix("$ tdcli ") for line in text.splitlines()]
            continue
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        if file.endswith(".npy"):
            np.save(folder / file, np.array(json.loads(text)))
        else:
            (folder / (file or "spec.yaml")).write_text(text, encoding="utf-8")
    return commands or ["check spec.yaml"]


def test_what_the_lessons_say_to_write_mends_their_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    written = []
    for name in lesson_names():
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        command = laid_out(name, folder)[-1]
        if (folder / "spec.yaml").is_file() and command.split()[:2] in [[each, "spec.yaml"] for each in RUN]:
            written += mends(command)
    assert [each for each in written if not each[2]] == []
    assert len(written) > 25


FIELD = Path(__file__).parents[1] / "field"
CASES = sorted(path.relative_to(FIELD) for path in FIELD.glob("*/*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_advice_on_a_case_from_the_field_mends_it(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    shutil.copytree((FIELD / case).parent, tmp_path, dirs_exist_ok=True)
    shutil.copy(FIELD / case, tmp_path / "spec.yaml")
    monkeypatch.chdir(tmp_path)
    assert [each for each in mends("check spec.yaml") if not each[2]] == []


AXES = {
    "time and features swapped": ("[4, 3]", (6, 3, 4)),
    "one series in a batch": ("[4, 3]", (1, 30, 3)),
    "one series": ("[4, 3]", (30, 3)),
    "one series of numbers": ("[4, 1]", (30,)),
    "one sample": ("[4, 3]", (4, 3)),
    "one number a step": ("[4, 1]", (6, 4)),
    "one number a step, and others wanted": ("[4, 3]", (6, 4)),
    "one step": ("[1, 3]", (6, 3)),
    "rows of several steps": ("[4, 3]", (6, 12)),
    "an axis of one": ("[4, 3]", (6, 4, 1, 3)),
    "another number of steps": ("[4, 3]", (6, 5, 3)),
    "other features": ("[4, 3]", (6, 4, 2)),
    "the batch": ("[6, 4, 3]", (6, 4, 3)),
}
KINDS = {
    "layers": "{{kind: layers, input: {0}, layers: [{{LSTM: {{units: 2}}}}, {{Dense: {{units: 1}}}}]}}",
    "many-to-one": (
        "{{kind: many-to-one, input: {{timesteps: {1}, features: {2}}}, recurrent: {{units: 2}}, outputs: 1}}"
    ),
}


KINDS_OF_CASES = [(case, kind) for case in AXES for kind in KINDS if (case, kind) != ("the batch", "many-to-one")]
"""A kind that names its sizes has no place for the batch."""


@pytest.mark.parametrize(("case", "kind"), KINDS_OF_CASES)
def test_advice_about_axes_puts_them_right(
    case: str, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    listed, shape = AXES[case]
    monkeypatch.chdir(tmp_path)
    np.save("x.npy", np.zeros(shape))
    np.save("y.npy", np.zeros(shape[0]))
    steps, features = listed.strip("[]").split(", ")[-2:]
    architecture = KINDS[kind].format(listed, steps, features)
    Path("spec.yaml").write_text(f"architecture: {architecture}\ndata: {{source: npy, x: x.npy, y: y.npy}}\n")
    written = mends("check spec.yaml")
    assert len(written) > 0
    assert [each for each in written if not each[2]] == []


SPEC = """architecture: {{kind: many-to-one, input: {{timesteps: 2}}, recurrent: {{units: 2}}, outputs: 1}}
data: {{source: csv, path: table.csv, target: b, features: [a, b]{more}}}
"""
ROWS = [(1, 2), (2, 3), (3, 5), (4, 4), (5, 7), (6, 5), (7, 8)]


def table(head: str = "a,b", form: str = "{},{}", rows: list[tuple[int, int]] = ROWS) -> str:
    return "\n".join([head, *(form.format(*row) for row in rows)]) + "\n"


DIALECTS = {
    "semicolons": (table("a;b", "{};{}"), "", 'write `separator: ";"`'),
    "tabs": (table("a\tb", "{}\t{}"), "", 'write `separator: "\\t"`'),
    "bars": (table("a|b", "{}|{}"), "", 'write `separator: "|"`'),
    "commas in a file that ends otherwise": (table(), ', separator: ";"', 'write `separator: ","`'),
    "decimal commas": (table("a;b", "{},5;{},25"), ', separator: ";"', 'if it is a number: `decimal: ","`'),
    "quoted decimal commas": (table(form='"{},5","{},25"'), "", 'if it is a number: `decimal: ","`'),
    "thousands": (table(form='"{},513",{}'), "", 'if it is a number: `thousands: ","`'),
    "spaces between thousands": (table(form="{} 513,{}"), "", 'if it is a number: `thousands: " "`'),
    "no-break spaces between thousands": (table(form="{}\u00a0513,{}"), "", 'if it is a number: `thousands: " "`'),
    "apostrophes between thousands": (table(form="{}'513,{}"), "", 'if it is a number: `thousands: "\'"`'),
    "points and decimal commas": (
        table("a;b", "{}.513,5;{}"), ', separator: ";"', 'if it is a number: `decimal: ","` and `thousands: "."`',
    ),
    "points in a file of decimal commas": (
        table("a;b", "{}.513;{},5"), ', separator: ";", decimal: ","', 'write `thousands: "."`, or correct the cell',
    ),
    "a preamble": ("A station\nsome place\n\n" + table(), "", "write `header: 4`"),
    "a preamble of full lines": ("A station,,\n,,\n" + table("a,b,c", "{},{},0"), "", "write `header: 3`"),
    "comments": ("# a station\n# some place\n" + table(), "", 'write `comment: "#"`'),
    "comments below": (table() + "# the end\n", "", 'if it is a comment: `comment: "#"`'),
    "units": (table("a,b\nm,s"), "", "if it is a unit: `skip: 1`"),
    "no header": (table("0,1"), "", "write `header: none`, or a list of column names"),
    "a name twice": (
        table("a,b,b", "{},{},0"), "", "give every column its own name, or write `header: [a, b, b_2]` and `skip: 1`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DIALECTS)
def test_a_file_in_another_dialect_is_told_by_the_line_to_write(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    text, more, help = DIALECTS[case]
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(text, encoding="utf-8")
    Path("spec.yaml").write_text(SPEC.format(more=more), encoding="utf-8")
    written = mends("data spec.yaml")
    assert help in [each[1] for each in written]
    assert [each for each in written if not each[2]] == []


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le", "utf-16-be"])
def test_a_file_that_is_not_utf_8_is_told_by_its_encoding(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_bytes(table("a,b,Größe", "{},{},é").encode(encoding))
    Path("spec.yaml").write_text(SPEC.format(more=", ignore: Größe"), encoding="utf-8")
    written = mends("check spec.yaml")
    assert written == [("unreadable-data", f"write `encoding: {encoding}`, or save it in UTF-8", True)]


ODD = [
    "",
    "no",
    "1",
    "1e3",
    "a: b",
    "it's",
    'say "x"',
    "x, y",
    "# c",
    "{b",
    "- d",
    "~",
    "null",
    " e",
    "f:",
    "*g",
    "%h",
    "é",
]


@pytest.mark.parametrize("cell", ["low", "", "inf"])
@pytest.mark.parametrize("name", ODD)
def test_columns_of_any_name_can_be_written_as_advised(
    name: str, cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    monkeypatch.chdir(tmp_path)
    quoted = name.replace('"', '""')
    lines = [f'"{quoted}",b,c', "1,2,0", f"{cell},3,0", "3,4,0", "4,5,0", "2,2,0"]
    Path("table.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    Path("spec.yaml").write_text(
        SPEC.format(more="").replace("[a, b]", f"[{json.dumps(name.strip())}, b]"), encoding="utf-8"
    )
    written = mends("data spec.yaml")
    assert len(written) > 0
    assert [each for each in written if not each[2]] == []


@pytest.mark.parametrize("name", ODD)
def test_columns_of_any_name_can_be_ignored_as_advised(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    monkeypatch.chdir(tmp_path)
    quoted = name.replace('"', '""')
    Path("table.csv").write_text(table(f'"{quoted}",a,b,c', "0,{},{},0"), encoding="utf-8")
    Path("spec.yaml").write_text(SPEC.format(more=", ignore: c"), encoding="utf-8")
    written = mends("check spec.yaml")
    assert [(each[0], each[2]) for each in written if each[0] == "unused-columns"] == [("unused-columns", True)]


@pytest.mark.parametrize(
    "cell", ["1,51", "n/a", "-", "#", "no", "?", "x: y", "{", "it's", "[1]", "1 2", "&a", "!b", "null"]
)
def test_cells_of_any_text_can_be_listed_as_advised(
    cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(table() + f'"{cell}",3\n8,9\n', encoding="utf-8")
    Path("spec.yaml").write_text(SPEC.format(more=", na_values: NA"), encoding="utf-8")
    written = [each for each in mends("data spec.yaml") if each[0] == "not-a-number"]
    assert any("na_values: [NA, " in each[1] for each in written)
    assert [each for each in written if not each[2]] == []


def test_what_a_section_ignores_already_stays_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mends: Mends
) -> None:
    """The case `ignore: [, quarter]`, which is no YAML."""
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(table(",quarter,a,b", "0,1990 Q1,{},{}"), encoding="utf-8")
    Path("spec.yaml").write_text(SPEC.format(more=""), encoding="utf-8")
    written = mends("check spec.yaml")
    assert ("unused-columns", "add them to `features`, or write `ignore: ['', quarter]`", True) in written

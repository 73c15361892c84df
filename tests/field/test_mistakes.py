"""What people get wrong with Keras sequence models, after public questions: each is answered, and answered rightly.

A case of `mistakes/` holds the `source` of the question in our own words (`asked`), the spec as such a person writes
it (`wrong`), the one that was wanted (`right`), and the `answer` that was written down before the first try: the exit
code (`null`: any), one of the `names` of diagnostics, patterns of what it `says` and `never` says, and whether it is
`silent`. A case named `doubt-...` is a sound spec that its author was unsure of. The data are made here.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tdcli.cli.app import main

CASES = sorted((Path(__file__).parent / "mistakes").glob("*.yaml"))
DOUBTS = [path for path in CASES if path.stem.startswith("doubt-")]
MISTAKES = [path for path in CASES if path not in DOUBTS]


@dataclass(frozen=True)
class Answer:
    """What is right to say."""

    exit: int | None
    names: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    silent: bool = False
    once: bool = False
    command: str = "check"


@dataclass(frozen=True)
class Case:
    """A question."""

    asked: str
    source: str
    wrong: str
    answer: Answer
    right: str | None = field(default=None)


def read_case(path: Path) -> Case:
    values: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    answer = {key: tuple(value) if isinstance(value, list) else value for key, value in values.pop("answer").items()}
    return Case(**values, answer=Answer(**answer))


def write_arrays(folder: Path) -> None:
    """Write 60 samples of 12 steps of 3 features in several forms, and targets of many kinds for them."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 12, 3)).astype("float32")
    classes = rng.integers(0, 3, 60)
    arrays = {
        "x": x,
        "flat": x[..., 0],
        "flat3": x[..., :1],
        "channels_first": x.transpose(0, 2, 1),
        "time_first": x.transpose(1, 0, 2),
        "signal": rng.normal(size=(60, 18, 1)).astype("float32"),
        "tokens": np.concatenate([[np.full(12, 50)], rng.integers(1, 51, (59, 12))]),
        "number": x.mean((1, 2)),
        "row": x.mean((1, 2))[None],
        "number_of_one_step": x.mean((1, 2))[:, None, None],
        "classes": classes,
        "from_one": classes + 1,
        "class_floats": classes.astype(float),
        "one_hot": np.eye(3)[classes],
        "texts": np.array([f"{each:.2f}" for each in x.mean((1, 2))]),
        "gap": np.where(np.arange(60) == 7, np.nan, x.mean((1, 2))),
        "words": np.array(["calm", "windy", "stormy"])[classes],
        "counts": rng.poisson(4, 60),
        "probability": rng.uniform(size=60),
        "several_of": rng.uniform(size=(60, 3)),
        "price": rng.uniform(90, 400, 60),
        "pixels": rng.uniform(size=(20, 4, 8, 8, 1)).astype("float32"),
        "next_pixels": rng.uniform(size=(20, 8, 8, 1)).astype("float32"),
        "shares": rng.dirichlet((1, 1, 1), 60),
        "percent": 100 * rng.dirichlet((1, 1, 1), 60),
        "sorted": np.repeat([0, 1, 2], 20),
        "yes": classes % 2,
        "plus_minus": classes % 2 * 2 - 1,
        "several": np.concatenate([[[1, 1, 0], [0, 0, 0]], rng.integers(0, 2, (58, 3))]),
        "number_a_step": x.sum(2, keepdims=True),
        "class_a_step": rng.integers(0, 3, (60, 12)),
        "days_ahead": rng.normal(size=(60, 4, 2)).astype("float32"),
    }
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)


def write_tables(folder: Path) -> None:
    """Write 200 days of weather, and the same with the next day's temperature beside it."""
    rng, days = np.random.default_rng(0), np.arange(200)
    dates = np.datetime64("2021-01-01") + days
    temp = 12 + 8 * np.sin(days * 2 * np.pi / 25) + rng.normal(size=200)
    wind, rain = rng.gamma(2, 2, 200), rng.gamma(1, 3, 200) * (rng.random(200) < 0.5)
    rows = list(zip(dates, temp.round(2), wind.round(2), rain.round(1), np.roll(temp, -1).round(2), strict=True))
    for name, header, width in (("weather", "date,temp,wind,rain", 4), ("shifted", "date,temp,wind,rain,temp_next", 5)):
        lines = [header, *(",".join(map(str, row[:width])) for row in rows[:-1])]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    for name, values in (
        ("humidity", rng.uniform(0.2, 0.9, 200).round(3)),
        ("umbrella", np.where(rain > 3, "yes", "no")),
    ):
        lines = [f"date,temp,{name}", *(f"{row[0]},{row[1]},{each}" for row, each in zip(rows, values, strict=True))]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("mistakes")
    write_arrays(made)
    write_tables(made)
    return made


@dataclass(frozen=True)
class Printed:
    """What a command ended with, and what it printed."""

    exit: int
    text: str

    @property
    def names(self) -> list[str]:
        return re.findall(r"^(?:error|warning)\[([\w-]+)\]", self.text, re.MULTILINE)

    @property
    def messages(self) -> list[str]:
        return re.findall(r"^(?:error|warning)\[.*", self.text, re.MULTILINE)

    @property
    def said(self) -> str:
        """Everything but the lines of the spec that a message shows."""
        return re.sub(r"^[\d ]+\|.*$", "", self.text, flags=re.MULTILINE)


class Runner:
    """Runs commands on specs beside the data."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)
        monkeypatch.setenv("COLUMNS", "300")

    def __call__(self, spec: str, *command: str) -> Printed:
        (self.folder / "spec.yaml").write_text(spec, encoding="utf-8")
        self.monkeypatch.setattr(sys, "argv", ["tdcli", command[0], "spec.yaml", *command[1:]])
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        return Printed(int(ended.value.code or 0), out + err)

    def mended(self) -> str:
        return (self.folder / "spec.yaml").read_text(encoding="utf-8")


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(folder, monkeypatch, capsys)


def unmet(printed: Printed, answer: Answer) -> Iterator[str]:
    """Yield what the answer lacks."""
    if answer.exit is not None and printed.exit != answer.exit:
        yield f"ends with {printed.exit}, not {answer.exit}"
    if answer.names and not set(answer.names) & set(printed.names):
        yield f"names {printed.names}, none of {answer.names}"
    yield from (f"does not say {each!r}" for each in answer.says if not re.search(each, printed.said))
    yield from (f"says {each!r}" for each in answer.never if re.search(each, printed.said))
    if answer.silent and printed.names:
        yield f"warns: {printed.names}"
    if answer.once and len(printed.names) != 1:
        yield f"tells {len(printed.names)} faults for one"


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_mistake_is_reported_and_a_doubt_is_not(path: Path, run: Runner) -> None:
    case = read_case(path)
    printed = run(case.wrong, case.answer.command)
    assert "unforeseen" not in printed.text
    assert len(set(printed.messages)) == len(printed.messages), printed.text
    assert not list(unmet(printed, case.answer)), printed.text


@pytest.mark.parametrize("path", MISTAKES, ids=[path.stem for path in MISTAKES])
def test_what_was_wanted_is_accepted_without_a_warning(path: Path, run: Runner) -> None:
    right = read_case(path).right
    assert right is not None
    printed = run(right, "check")
    assert (printed.exit, printed.names) == (0, []), printed.text


@pytest.mark.parametrize("path", MISTAKES, ids=[path.stem for path in MISTAKES])
def test_a_fix_removes_a_fault_and_a_second_run_changes_nothing(path: Path, run: Runner) -> None:
    wrong = read_case(path).wrong
    fixed = run(wrong, "check", "--fix")
    once = run.mended()
    if once == wrong:  # what was done once, and changed nothing, is done
        return
    before = run(wrong, "check")
    assert set(before.messages) - set(fixed.messages), fixed.text
    run(once, "check", "--fix")
    assert run.mended() == once

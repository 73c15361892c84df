"""Runs, studies and exports of version 0.1.0 open, and give the figures that version 0.1.0 gave."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ended

WRITTEN = Path(__file__).parents[1] / "data_of_version_0_1"
EXPECTED = WRITTEN / "expected"
EXPORTS = ("keras", "onnx", "tflite")
SAME = {"rel": 1e-5, "abs": 1e-6}
"""Another processor may round float32 sums in another order."""

Command = Callable[..., Ended]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy that may be written to, and go there."""
    shutil.copytree(WRITTEN, tmp_path / "written")
    monkeypatch.chdir(tmp_path / "written")
    return tmp_path / "written"


@pytest.fixture
def succeeds(folder: Path, tdcli: Command) -> Callable[..., str]:
    """Run a command there, and return what it prints."""

    def run(*arguments: object) -> str:
        ended = tdcli(*arguments)
        assert ended.code == 0, ended.err
        return ended.out

    return run


def values_of(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every value of nested JSON with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from values_of(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from values_of(inner, f"{path}[{index}]")
    else:
        yield path, value


def assert_same_json(text: str, name: str, ignored: tuple[str, ...] = ()) -> None:
    expected, found = (
        {path: value for path, value in values_of(json_lines(each)) if path.rpartition(".")[2] not in ignored}
        for each in ((EXPECTED / name).read_text(), text)
    )
    assert len(expected) > 10
    assert found == close_to(expected)


def close_to(values: dict[str, Any]) -> dict[str, Any]:
    return {key: pytest.approx(value, **SAME) if isinstance(value, float) else value for key, value in values.items()}


def json_lines(text: str) -> list[Any]:
    """Read one JSON value, or one a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def assert_same_csv(text: str, name: str) -> None:
    expected, found = table((EXPECTED / name).read_text()), table(text)
    assert len(expected) > 0
    assert found == [close_to(row) for row in expected]


def table(text: str) -> list[dict[str, Any]]:
    return [{key: number_or_text(cell) for key, cell in row.items()} for row in csv.DictReader(io.StringIO(text))]


def number_or_text(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


@pytest.mark.parametrize("run", ["done", "labels"])
def test_a_run_is_evaluated(run: str, succeeds: Callable[..., str]) -> None:
    assert_same_json(succeeds("evaluate", f"runs/{run}", "--format", "json"), f"evaluate_{run}.json")


@pytest.mark.parametrize("run", ["done", "labels"])
def test_a_run_predicts(run: str, succeeds: Callable[..., str]) -> None:
    assert_same_csv(succeeds("predict", f"runs/{run}"), f"predict_{run}.csv")


@pytest.mark.parametrize("ending", EXPORTS)
def test_an_export_is_evaluated_and_predicts(ending: str, succeeds: Callable[..., str]) -> None:
    asked = (f"exports/river.{ending}", "--data", "river.csv")
    assert_same_json(succeeds("evaluate", *asked, "--format", "json"), f"evaluate_{ending}.json")
    assert_same_csv(succeeds("predict", *asked), f"predict_{ending}.csv")


def test_an_interrupted_run_ends_as_an_unbroken_one_does(folder: Path, succeeds: Callable[..., str]) -> None:
    """The committed history is compared bit for bit where this processor gives the same bits to a new training."""
    unbroken = folder / "runs" / "unbroken"
    succeeds("train", "river.yaml", "--run", unbroken, "--quiet")
    succeeds("train", "runs/interrupted/spec.yaml", "--resume", "runs/interrupted", "--quiet")
    resumed = (folder / "runs" / "interrupted" / "history.csv").read_text()
    assert_same_csv(resumed, "resumed_history.csv")
    expected = (EXPECTED / "resumed_history.csv").read_text()
    if (unbroken / "history.csv").read_text() == expected:
        assert resumed == expected
        assert json.loads((folder / "runs" / "interrupted" / "run.json").read_text())["state"] == "done"


def test_a_training_starts_from_its_weights(folder: Path, succeeds: Callable[..., str]) -> None:
    options = ("--from", "runs/done", "--set", "training.epochs=1", "--run", "runs/from", "--quiet")
    succeeds("train", "river.yaml", *options)
    assert_same_csv((folder / "runs" / "from" / "history.csv").read_text(), "from_history.csv")


def test_a_run_is_shown(succeeds: Callable[..., str]) -> None:
    shown = words_of(succeeds("runs", "show", "runs/done"))
    for line in (EXPECTED / "show_done.txt").read_text().splitlines():
        if not line.startswith(("files", " ")):
            assert words_of(line) in shown, line


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_runs_are_listed_compared_and_watched(succeeds: Callable[..., str]) -> None:
    listed = succeeds("runs", "list", "runs")
    for name in ("done", "interrupted", "labels", "0.8913", "1.34", "1.106"):
        assert name in listed
    assert "the same settings" in succeeds("runs", "compare", "runs/done", "runs/interrupted")
    assert "0.8913" in succeeds("watch", "runs/done")


def test_a_run_and_a_study_are_reported(folder: Path, succeeds: Callable[..., str]) -> None:
    succeeds("report", "runs/done")
    succeeds("report", "studies/river")
    assert "1.197" in (folder / "runs" / "done" / "report.html").read_text()
    assert "1.695" in (folder / "studies" / "river" / "report.html").read_text()


TIMES = ("seconds",)
TRIALS = {
    "sqlite": ("--trials", 7),
    "journal": ("--trials", 5, "--storage", "river.journal", "--studies", "journal"),
}


@pytest.mark.parametrize("storage", TRIALS)
def test_a_study_goes_on(storage: str, succeeds: Callable[..., str]) -> None:
    printed = succeeds("tune", "study.yaml", *TRIALS[storage], "--quiet", "--format", "json")
    assert_same_json(printed, f"tune_{storage}.json", ignored=TIMES)


def test_the_files_name_no_machine_and_stay_small() -> None:
    files = [path for path in WRITTEN.rglob("*") if path.is_file()]
    assert len(files) > 40
    assert sum(path.stat().st_size for path in files) < 300_000

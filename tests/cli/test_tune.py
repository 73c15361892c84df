"""`tdcli tune` as a user sees it."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

SPEC = """name: small
architecture: {kind: many-to-one, input: {timesteps: 2, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
split: {validation: 0.25}
training: {epochs: 3, batch_size: 8, optimizer: {name: adam}, seed: 3}
search:
  architecture.recurrent.units: {low: 2, high: 8, step: 2}
  training.optimizer.learning_rate: [1e-3, 1e-2, 1e30]
"""


@pytest.fixture
def spec(beside_arrays: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    spec = beside_arrays(SPEC, (40, 2, 2))
    monkeypatch.chdir(spec.parent)
    return spec


def test_the_best_spec_trains_to_the_figure_that_the_trial_had(spec: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("tune", "spec.yaml", "--trials", "2", "--format", "json")
    assert ended.code == 0
    *trials, study = map(json.loads, ended.out.splitlines())
    assert [each["state"] for each in trials if each["state"] != "failed"] == ["trained"] * 2
    assert {each["reason"][:24] for each in trials if each["state"] == "failed"} <= {"the loss became nan in e"}
    best = min((each for each in trials if each["state"] == "trained"), key=lambda each: each["value"])
    assert study["best"] == best
    assert study["counts"]["trained"] == 2

    assert tdcli("train", "studies/small/best.yaml", "--quiet").code == 0
    metrics = json.loads(Path("runs/latest/metrics.json").read_text(encoding="utf-8"))
    assert metrics["best"]["val_loss"] == best["value"]
    record = json.loads(Path("runs/latest/run.json").read_text(encoding="utf-8"))
    assert record["parameters"] == best["parameters"]

    again = tdcli("tune", "spec.yaml", "--trials", "2")
    assert "small: 2 trials trained" in again.out
    assert again.err == "`tdcli train studies/small/best.yaml`; `tdcli report studies/small`\n"
    told = Path(tdcli("report", "studies/small").out.strip()).read_text(encoding="utf-8")
    assert f"val_loss {best['value']:.4g} by trial {best['number']}" in told


@pytest.mark.long
def test_two_processes_share_a_search_and_a_signal_ends_both(spec: Path) -> None:
    command = [sys.executable, "-m", "tdcli", "tune", "spec.yaml", "--jobs", "2", "--trials"]
    searched = "search={training.optimizer.learning_rate: {low: 1e-4, high: 1e-2, log: true}}"
    settings = ["--set", "training.optimizer={name: adam}", "--set", "training.epochs=300", "--set", searched]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*command, "1000", *settings], text=True, **pipes) as process:
        assert process.stderr
        assert re.match(r"[1-4]/1000  trial \d", next(process.stderr))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT, err
    assert "interrupted; run the same command to continue" in err
    study = json.loads(Path("studies/small/study.json").read_text(encoding="utf-8"))
    states = [each["state"] for each in study["trials"]]
    assert "running" not in states
    assert {each["reason"] for each in study["trials"] if each["state"] == "failed"} <= {"interrupted"}
    assert out.startswith("small: ")


def test_a_budget_for_nothing_is_refused(spec: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("tune", "spec.yaml", "--max-params", "0")
    assert ended.code == 2
    assert "--max-params" in ended.err


def test_without_its_extra_a_search_names_it(
    spec: Path, tdcli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tdcli.services.machine import extras

    monkeypatch.setattr(extras, "version", lambda package: extras.metadata("zebra-of-nowhere"))
    ended = tdcli("tune", "spec.yaml", "--trials", "1")
    assert ended.code == 2
    assert (
        'a search needs optuna, sqlalchemy, which is not installed\nhelp: run `pip install "tdcli[tune]"`' in ended.err
    )


@pytest.mark.parametrize(
    "line", [b"{}", b'{"op_code": 99, "worker_id": "a"}', b'{"op_code": 0', b"[1, 2]", b"\xff\xfe a"]
)
def test_a_damaged_journal_is_refused_by_its_name(line: bytes, spec: Path, tdcli: Callable[..., Any]) -> None:
    Path("a.journal").write_bytes(line + b"\n")
    ended = tdcli("tune", "spec.yaml", "--trials", "1", "--storage", "a.journal")
    assert ended.code == 2
    assert ended.err.startswith("error[unreachable-storage]: ")
    assert "`a.journal`" in ended.err


@pytest.mark.parametrize("made", [os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("/dev/zero")])
def test_a_journal_that_is_not_a_file_is_not_opened(made: Any, spec: Path, tdcli: Callable[..., Any]) -> None:
    made("a.journal")
    ended = tdcli("tune", "spec.yaml", "--trials", "1", "--storage", "a.journal")
    assert (ended.code, "`a.journal` is not a regular file" in ended.err) == (2, True)


def test_a_study_whose_cells_are_damaged_is_refused(spec: Path, tdcli: Callable[..., Any]) -> None:
    begun = ("tune", "spec.yaml", "--trials", "1", "--set", "search={training.batch_size: [8, 20]}")
    begun += ("--storage", "sqlite:///a.db")
    assert tdcli(*begun).code == 0
    for cells in ("garbage", "{}", "null"):
        with closing(sqlite3.connect("a.db")) as database, database:
            assert database.execute("UPDATE trial_params SET distribution_json = ?", (cells,)).rowcount == 1
        ended = tdcli(*begun)
        assert (ended.code, "the trials of the study `small` are damaged" in ended.err) == (2, True), ended.err

"""Clips that are decoded: what is shown meanwhile, and what is said of those that are damaged."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tdcli.cli.display.reading import ReadingDisplay
from tdcli.data.progress import ReadProgress
from tdcli.services.tune.outcome import TrialEnding, TrialOutcome

SPEC = """architecture:
  kind: cnn-lstm
  input: {timesteps: 3, frame: [12, 16, 3]}
  cnn: [Flatten]
  recurrent: {units: 3}
  outputs: {units: 2, activation: softmax}
data: {source: frames, path: clips}
"""


@pytest.fixture
def spec(camera: Any, tmp_path: Path) -> Path:
    """A spec beside two clips for each of two classes."""
    for seed, name in enumerate(("run/1", "run/2", "walk/1", "walk/2")):
        camera.images(f"clips/{name}", camera.noise(3, seed=seed))
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path / "spec.yaml"


def test_two_lines_say_that_clips_are_decoded_and_none_where_they_are(tdcli: Callable[..., Any], spec: Path) -> None:
    first, again = tdcli("data", spec), tdcli("data", spec)
    assert first.err.splitlines() == ["decoded 0 of 4 clips", "decoded 4 of 4 clips"]
    assert again.err == ""
    assert first.out == again.out


def test_nothing_is_printed_beside_json(tdcli: Callable[..., Any], spec: Path) -> None:
    ended = tdcli("data", spec, "--format", "json")
    assert ended.err == ""
    assert json.loads(ended.out)["classes"]["train"] == {"run": 2, "walk": 2}


def test_a_terminal_shows_a_bar_that_is_gone_with_the_last_clip() -> None:
    written = io.StringIO()
    reading = ReadingDisplay(Console(file=written, force_terminal=True, width=100, color_system=None))
    for done in (0, 1, 2):
        reading.update(ReadProgress(done, 2, "decoding clips", f"decoded {done} of 2 clips"))
    assert "decoding clips" in written.getvalue()
    assert "2/2" in written.getvalue()
    assert written.getvalue().endswith("\x1b[2K")  # the line is erased


def test_damaged_clips_are_listed_twenty_at_most(tdcli: Callable[..., Any], spec: Path) -> None:
    for place in range(30):
        (spec.parent / "clips" / "walk" / f"{place + 10}.mp4").write_text("no video", encoding="utf-8")
    ended = tdcli("data", spec)
    assert ended.code == 2
    assert "30 of 34 clips cannot be decoded" in ended.err
    assert "`walk/10.mp4`: " in ended.err
    assert "... and 11 more" in ended.err  # the first of 20 says how many there are
    skipped = tdcli("data", spec, "--set", "data.damaged=skip")
    assert skipped.code == 0
    assert "skipped 30 of 34 clips because they are damaged" in skipped.out + skipped.err


def test_other_clips_that_are_left_out_are_told(
    tdcli: Callable[..., Any], spec: Path, camera: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(spec.parent)
    training = ("--set", "data.damaged=skip", "--set", "training={epochs: 1}")
    assert tdcli("train", spec, "--quiet", *training).code == 0
    camera.images("new/run/1", camera.noise(3, seed=9))
    (spec.parent / "new" / "run" / "2.mp4").write_text("no video", encoding="utf-8")
    told = "note: skipped 1 of 2 clips because they are damaged: `run/2.mp4`"
    predicted = tdcli("predict", "runs/latest", "--data", "new")
    assert told in predicted.err.splitlines()
    assert len(predicted.out.splitlines()) == 2
    evaluated = tdcli("evaluate", "runs/latest", "--data", "new", "--format", "json")
    assert evaluated.err.splitlines() == [told]
    assert json.loads(evaluated.out)["samples"] == 1


@pytest.mark.parametrize(("options", "lines"), [((), 2), (("--format", "json"), 0)])
def test_a_search_shows_that_clips_are_decoded(
    tdcli: Callable[..., Any], spec: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], lines: int
) -> None:
    """The clips are read before any trial, whose training is left out here."""
    monkeypatch.chdir(spec.parent)
    outcome = TrialOutcome(TrialEnding.TRAINED, 0.5, epochs=1)
    monkeypatch.setattr("tdcli.services.tune.trial_training.train_trial", lambda *_: outcome)
    search = ("--set", "split={validation: 0.5, stratify: true}", "--set", "search={training.batch_size: [1, 2]}")
    ended = tdcli("tune", spec, "--trials", "1", *search, "--set", "training={epochs: 1}", *options)
    assert ended.code == 0
    assert ended.err.count(" of 4 clips") == lines


def test_a_script_of_clips_is_refused_with_what_to_do(tdcli: Callable[..., Any], spec: Path) -> None:
    ended = tdcli("code", spec)
    assert ended.code == 2
    assert "source: npy" in ended.err


def test_without_the_extra_the_command_that_installs_it_is_reported(
    tdcli: Callable[..., Any], spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tdcli.services.machine import extras

    monkeypatch.setattr(extras, "_version", lambda package: None if package == "av" else "1")
    ended = tdcli("data", spec)
    assert ended.code == 2
    assert "`source: frames` needs av, which is not installed" in ended.err
    assert 'pip install "tdcli[video]"' in ended.err
    assert tdcli("check", spec).code == 0

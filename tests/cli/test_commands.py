"""The examples of the help, pasted; results to stdout, talk to stderr."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer import Typer

from tdcli.cli.app import COMMANDS, find_command
from tdcli.runs.folder import open_run_folder
from tdcli.services.train.checkpoint import read_state
from tdcli.text.registry import module_names

ROOT = Path(__file__).parents[2]
IN_ORDER = [
    "check",
    "summary",
    "expand",
    "explain",
    "schema",
    "diff",
    "code",
    "init",
    "data",
    "build",
    "train",
    "tune",
    "evaluate",
    "predict",
    "report",
    "export",
    "runs",
    "env",
    "plot",
    "watch",
]
"""Some examples use what others made."""


def examples(name: str) -> list[list[str]]:
    """Return the arguments of the examples of a command, or of each command of a group."""
    command = find_command(name).body
    functions = [each.callback for each in command.registered_commands] if isinstance(command, Typer) else [command]
    lines = [function.__doc__.strip().splitlines()[-1] for function in functions]
    return [line.removeprefix("    Example: tdcli ").split() for line in lines]


@pytest.fixture
def beside_specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder that has the shipped specs, as a checkout does."""
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def is_shown(name: str, example: list[str]) -> bool:
    """Say whether the page of a command runs its example, which `test_docs.py` compares with what is printed."""
    page = (ROOT / "docs" / "reference" / "commands" / f"{name}.md").read_text(encoding="utf-8")
    return f"$ tdcli {' '.join(example)}\n" in page


def test_every_example_of_the_help_works_when_pasted(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    assert set(IN_ORDER) <= set(module_names(COMMANDS))
    (train,) = examples("train")
    trained, runs = tdcli(*train), beside_specs / "runs"
    assert trained.code == 0
    assert trained.out.strip() == str(Path("runs") / (runs / "latest").readlink())
    assert "epoch 5/5" in trained.err
    shutil.copytree(runs / "latest", runs / "other")
    in_order = list(dict.fromkeys([*IN_ORDER, *module_names(COMMANDS)]))
    found = [each for name in in_order for each in examples(name) if each != train and not is_shown(name, each)]
    assert [example for example in found if tdcli(*example).code != 0] == []
    assert (beside_specs / "model.onnx").is_file()
    assert (beside_specs / "model.keras").is_file()


def test_json_on_stdout_stands_alone(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("summary", "specs/one_to_one.yaml", "--format", "json")
    assert json.loads(ended.out)["parameters"] == 146
    assert ended.err == ""


def test_faults_for_programs_go_to_stdout_and_fail_all_the_same(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    wrong = ["check", "specs/layers.yaml", "--set", "training.epochs=0"]
    ended = tdcli(*wrong, "--format", "json")
    assert (ended.code, ended.err) == (2, "")
    assert [each["name"] for each in json.loads(ended.out)] == ["wrong-value"]
    assert tdcli(*wrong, "--format", "github").out.startswith("::error file=--set,line=1,col=17,title=wrong-value::")
    assert json.loads(tdcli("check", "specs/layers.yaml", "--format", "json").out) == []


def test_keras_agrees_where_it_is_asked(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("check", "specs/cnn_lstm.yaml", "--verify")
    assert (ended.code, ended.err) == (0, "Keras agrees: 7 layers, every shape and count\n")


def test_a_guess_prints_the_spec_and_says_the_guess_beside_it(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("init", "--from-data", "specs/data/daily-min-temperatures.csv")
    assert ended.out.startswith("# Guessed from")
    assert ended.err.startswith("guessed: `Temp` is the target")


def test_the_version_is_printed(tdcli: Callable[..., Any]) -> None:
    import tdcli as package

    assert tdcli("--version").out == f"tdcli {package.__version__}\n"


def test_completion_is_there_for_the_shell() -> None:
    environment = {**os.environ, "_TDCLI_COMPLETE": "complete_bash", "COMP_WORDS": "tdcli su", "COMP_CWORD": "1"}
    script = "import sys; sys.argv[0] = 'tdcli'; from tdcli.cli.app import app; app(prog_name='tdcli')"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["summary"]


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_a_signal_ends_training_cleanly_with_the_command_that_goes_on(
    number: signal.Signals, beside_specs: Path, tdcli: Callable[..., Any]
) -> None:
    command = [sys.executable, "-m", "tdcli", "train", "specs/many_to_one.yaml", "--set", "training.epochs=1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any("epoch 1/" in line for line in process.stderr)
        process.send_signal(number)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert "interrupted after" in err
    assert "Traceback" not in err
    run = Path(out.strip())
    assert (run / "best.keras").is_file()
    assert (run / "last.keras").is_file()
    assert json.loads((run / "run.json").read_text(encoding="utf-8"))["state"] == "interrupted"

    (line,) = (each for each in err.splitlines() if each.startswith("resume with: tdcli "))
    ended = len((run / "history.csv").read_text(encoding="utf-8").splitlines()) - 1
    went_on = tdcli(*line.removeprefix("resume with: tdcli ").split(), "--set", f"training.epochs={ended + 2}")
    assert went_on.code == 0
    assert went_on.out == out
    assert f"done after {ended + 2} epochs" in went_on.err


def test_a_reader_that_stops_reading_ends_the_command_quietly(beside_specs: Path) -> None:
    command = f"{sys.executable} -m tdcli summary specs/cnn_lstm.yaml | head -1"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("video-classifier (cnn-lstm)\n", "")


def test_a_full_disk_behind_stdout_is_reported(beside_specs: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "tdcli", "check", "specs/one_to_one.yaml"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "cannot write `standard output`: No space left on device" in done.stderr


def test_a_training_says_what_is_wrong_with_the_data_while_tensorflow_is_still_starting(tmp_path: Path) -> None:
    """A process of its own: the message stands, with TensorFlow's noise left out, and nobody waits for the import."""
    (tmp_path / "spec.yaml").write_text(
        (ROOT / "specs" / "many_to_one.yaml").read_text(encoding="utf-8") + "  monitor: nope\n", encoding="utf-8"
    )
    command = [sys.executable, "-m", "tdcli", "train", str(tmp_path / "spec.yaml")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ended.returncode == 2
    assert "error[unknown-monitor]: the metric `nope` is not measured" in ended.stderr
    assert "spec.yaml:" in ended.stderr


def test_a_training_says_when_it_compiles(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    ended = tdcli("train", "specs/one_to_one.yaml", "--set", "training.epochs=2")
    told = [line.split("  ")[0] for line in ended.err.splitlines()]
    first = told.index("samples: train 5")
    assert told[first + 1 : first + 4] == ["compiling the training graph", "epoch 1/2", "epoch 2/2"]


@pytest.mark.parametrize("seconds", [0.0, pytest.param(0.05, marks=pytest.mark.long)])
def test_a_second_ctrl_c_stops_at_once_and_leaves_a_sound_folder(
    seconds: float, beside_specs: Path, tdcli: Callable[..., Any]
) -> None:
    settings = ["--set", "training.epochs=100000", "--set", "training.checkpoint={every_epochs: 1}"]
    command = [sys.executable, "-m", "tdcli", "train", "specs/one_to_one.yaml", *settings]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any("epoch 1/" in line for line in process.stderr)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in err
    # Two signals that come at once may be one to the process.
    assert re.search("resume (from the last checkpoint )?with: tdcli train", err)
    run = open_run_folder(Path("runs") / "latest")
    assert run.read_record()["state"] == "interrupted"
    state = read_state(run)
    assert state
    assert tdcli("evaluate", run.path).code == 0
    epochs = len(state.history) + 1
    ended = tdcli("train", run.spec, "--resume", run.path, "--set", f"training.epochs={epochs}")
    assert ended.code == 0
    assert len(run.read_history()) == epochs


def test_data_shows_what_there_is_and_then_what_is_wrong(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    Path("table.csv").write_text('a\n1\n""\n3\n4\n', encoding="utf-8")
    spec = Path("spec.yaml")
    spec.write_text(
        "architecture: {kind: one-to-one, input: {features: 1}, recurrent: {units: 2}, outputs: 1}\n"
        "data: {source: csv, path: table.csv, target: a}\n",
        encoding="utf-8",
    )
    ended = tdcli("data", "spec.yaml")
    assert ended.code == 2
    assert "a      │ feature, target │       1" in ended.out
    assert "error[missing-cell]: line 3, column `a` of `table.csv` has no value" in ended.err
    found = json.loads(tdcli("data", "spec.yaml", "--set", "data.missing=drop", "--format", "json").out)
    assert [each["samples"] for each in found["parts"]] == [1]
    found = json.loads(tdcli("data", "spec.yaml", "--format", "json").out)
    (fault,) = found["faults"]
    assert list(fault) == ["name", "message", "span", "notes", "why", "help", "severity", "fix"]
    assert fault["help"]
    assert all(isinstance(text, str) for text in fault["help"])


def test_data_counts_the_values_of_labels_and_texts(beside_specs: Path, tdcli: Callable[..., Any]) -> None:
    rows = [f"2020-01-{row // 4 + 1:02},{row // 4},{row},{-1 if row < 8 else 1},one" for row in range(16)]
    Path("table.csv").write_text("\n".join(["day,walk,x,moved,only", *rows, ""]), encoding="utf-8")
    Path("spec.yaml").write_text(
        "architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 2},\n"
        "  outputs: {units: 1, activation: sigmoid}}\n"
        "data: {source: csv, path: table.csv, layout: sequences, sequence: walk, features: [x, only], target: moved,\n"
        "  classes: [-1, 1], encode: {only: integer}, ignore: day}\n",
        encoding="utf-8",
    )
    ended = tdcli("data", "spec.yaml")
    assert "│ moved  │ target  │       0 │ 2 values │" in ended.out
    assert "│ only   │ feature │       0 │  1 value │" in ended.out


def test_an_evaluation_is_drawn_where_it_is_asked_for(
    trained_runs: dict[str, Path], tmp_path: Path, tdcli: Callable[..., Any]
) -> None:
    ended = tdcli("evaluate", trained_runs["forecast"], "--plot", tmp_path / "chart.svg")
    assert (ended.code, ended.err) == (0, f"{tmp_path / 'chart.svg'}: written\n")
    assert (tmp_path / "chart.svg").read_text(encoding="utf-8").endswith("</svg>\n")
    refused = tdcli("evaluate", trained_runs["forecast"], "--plot", tmp_path / "chart.jpg")
    assert (refused.code, refused.out) == (2, "")
    assert "does not end in `.svg` or `.png`" in refused.err


def test_a_report_goes_where_it_is_told_to_or_beside_the_run(
    trained_runs: dict[str, Path], tmp_path: Path, tdcli: Callable[..., Any]
) -> None:
    beside = trained_runs["forecast"] / "report.html"
    assert tdcli("report", trained_runs["forecast"]).out == f"{beside}\n"
    told = tdcli("report", trained_runs["forecast"], "-o", tmp_path / "page.html")
    assert (tmp_path / "page.html").read_bytes() == beside.read_bytes()
    assert told.err == ""
    nowhere = tdcli("report", trained_runs["forecast"], "-o", tmp_path / "none" / "page.html")
    assert nowhere.code in (1, 2)
    assert "cannot-write" in nowhere.err

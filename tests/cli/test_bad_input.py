"""Whatever is wrong is said in a sentence: where, what, what to do; and nothing is left behind."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

MODEL = "architecture: {kind: many-to-one, input: {timesteps: 4, features: 2}, recurrent: {units: 3}, outputs: 1}\n"
CSV = MODEL + "data: {source: csv, path: log.csv, features: [v, w], target: v}\n"
NPY = (
    MODEL.replace("outputs: 1", "outputs: {units: 3, activation: softmax}")
    + "data: {source: npy, x: x.npy, y: y.npy}\n"
)
X = np.random.default_rng(0).normal(size=(12, 4, 2)).astype("float32")
Y = np.arange(12) % 3


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(**changed: str) -> str:
    """Return a table of 30 rows; `row5="..."` replaces one, counted from 0."""
    lines = [changed.get(f"row{row}", f"{row % 7},{row % 3}") for row in range(30)]
    return "\n".join(["v,w", *lines]) + "\n"


SPECS = {
    "a mapping of sections": ("[1, 2]", "a spec must be a mapping of sections", "spec.yaml:1:1"),
    "syntax": ("a: [1\nb: 2", "this is not valid YAML", "spec.yaml:2:2"),
    "a tab": ("name: x\narchitecture:\n\tkind: layers\n", "this is not valid YAML", "replace the tab on this line"),
    "empty": ("", "`spec.yaml` is empty", "tdcli init many-to-one"),
    "a comment alone": ("# soon\n", "`spec.yaml` is empty", "tdcli init many-to-one"),
    "an unknown key": (MODEL.replace("units: 3", "units: 3, dropuot: 0.1"), "unknown key `dropuot`", "`dropout`?"),
    "an unknown layer": (
        "architecture: {kind: layers, input: [4, 2], layers: [{Dnese: {units: 1}}]}",
        "there is no layer `Dnese`",
        "did you mean `Dense`?",
    ),
    "negative units": (
        MODEL.replace("units: 3", "units: -3"),
        "`units` must be greater than 0, got -3",
        "spec.yaml:1:",
    ),
    "a wrong type": (
        MODEL.replace("units: 3", "units: many"),
        'must be a whole number, got text "many"',
        "spec.yaml:1:",
    ),
    "a key twice": ("name: a\nname: b\n" + MODEL, "`name`", "spec.yaml:2:1"),
    "a huge number": (MODEL.replace("units: 3", "units: 1e400"), "`units` must be a whole number", "spec.yaml:1:"),
    "an unknown column": (CSV.replace("target: v", "target: vv"), "`log.csv` has no column `vv`", "did you mean `v`?"),
    "a missing file": (CSV.replace("log.csv", "lag.csv"), "cannot read `lag.csv`", "did you mean `log.csv`?"),
    "a folder for a file": (CSV.replace("log.csv", "."), "is a folder, not a file", "write the path of a file in it"),
    "a number for a column": (CSV.replace("target: v", "target: 5"), "`target` must be text, got 5", "spec.yaml:2:"),
    "a list for the data": (
        MODEL + "data: [log.csv]",
        "`data` must be a mapping of keys, got a list of 1 item",
        "source:",
    ),
    "no path": (CSV.replace("log.csv", "''"), "a path cannot be empty", "relative to the spec"),
    "a web address": (CSV.replace("log.csv", "https://host/log.csv"), "is a web address", "download the file"),
}


@pytest.mark.parametrize("case", SPECS)
def test_a_faulty_spec_is_refused_with_its_place_and_a_cure(case: str, tdcli: Callable[..., Any]) -> None:
    text, message, place_or_help = SPECS[case]
    Path("log.csv").write_text(rows(), encoding="utf-8")
    Path("spec.yaml").write_text(text, encoding="utf-8")
    ended = tdcli("check", "spec.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert place_or_help in ended.err


TABLES = {
    "a missing cell": (rows(row5="1,"), "line 7, column `w` of `log.csv` has no value", "log.csv:7"),
    "the first of two": (
        rows(row9="?,1", row5="1,x"),
        "line 7, column `w` of `log.csv` contains `x`",
        "na_values: [x]",
    ),
    "not a number": (
        rows(row5="abc,1"),
        "line 7, column `v` of `log.csv` contains `abc`, which is not a number",
        "encode",
    ),
    "infinity": (
        rows(row5="inf,1"),
        "line 7, column `v` of `log.csv` contains `inf`, which is not a finite number",
        "log.csv:7",
    ),
    "too many cells": (rows(row5="1,2,3"), "line 7 of `log.csv` has 3 cells, but the header has 2", "double quotes"),
    "too few rows": (
        "v,w\n1,2\n3,4\n",
        "the table has 2 rows, but one window needs 5 consecutive rows",
        "a shorter window",
    ),
    "no rows": ("v,w\n", "`log.csv` has no rows", "below the header"),
    "semicolons": ("v;w\n1;2\n", "separates its columns with semicolons", 'write `separator: ";"`'),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_faulty_table_is_refused_by_the_first_bad_cell(case: str, tdcli: Callable[..., Any], folder: Path) -> None:
    text, message, place_or_help = TABLES[case]
    Path("log.csv").write_text(text, encoding="utf-8")
    Path("spec.yaml").write_text(CSV, encoding="utf-8")
    ended = tdcli("train", "spec.yaml")
    assert ended.code == 2
    assert message in ended.err
    assert place_or_help in ended.err
    assert not (folder / "runs").exists()


def test_byte_order_marks_and_windows_line_ends_are_read(tdcli: Callable[..., Any]) -> None:
    Path("log.csv").write_bytes(b"\xef\xbb\xbf" + rows().replace("\n", "\r\n").encode())
    Path("spec.yaml").write_bytes(b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode())
    assert tdcli("check", "spec.yaml").code == 0


def saved(name: str, array: Any) -> None:
    np.save(name, array)


ARRAYS: dict[str, tuple[Callable[[], Any], str]] = {
    "labels out of range": (lambda: saved("y.npy", np.where(Y == 2, 7, Y)), "label `7` at sample 2 of `y.npy`"),
    "other lengths": (lambda: saved("y.npy", Y[:9]), "`x` has 12 samples, but `y` has 9"),
    "pickled objects": (lambda: saved("y.npy", np.array([{}] * 12)), "`y.npy` holds pickled objects"),
    "truncated": (lambda: Path("x.npy").write_bytes(Path("x.npy").read_bytes()[:200]), "`x.npy` is truncated"),
    "no array": (lambda: Path("x.npy").write_text("1,2", encoding="utf-8"), "`x.npy` is not an NPY file"),
    "NaN": (
        lambda: saved("x.npy", np.where(X[3, 2, 1] == X, np.nan, X)),
        "sample 3, timestep 2 of `x.npy` contains NaN",
    ),
    "other features": (lambda: saved("x.npy", X[..., :1]), "the model is built for 2 features, but the data has 1"),
    "other timesteps": (lambda: saved("x.npy", X[:, :3]), "the model is built for 4 timesteps, but the data has 3"),
    "no features": (
        lambda: saved("x.npy", X[..., 0]),
        "the model takes (batch, time, features), but the data is (batch, 4)",
    ),
    "a label a step": (
        lambda: saved("y.npy", np.zeros((12, 4), int)),
        "many-to-one outputs (batch, 3), but `y` is (batch, 4): did you mean many-to-many?",
    ),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_faulty_arrays_are_refused_before_training(case: str, tdcli: Callable[..., Any], folder: Path) -> None:
    spoil, message = ARRAYS[case]
    saved("x.npy", X)
    saved("y.npy", Y)
    spoil()
    Path("spec.yaml").write_text(NPY, encoding="utf-8")
    ended = tdcli("train", "spec.yaml")
    assert ended.code == 2
    assert message in ended.err
    assert not (folder / "runs").exists()


OPTIONS = {
    "no such spec": (["check", "nowhere.yaml"], "cannot read `nowhere.yaml`: No such file or directory"),
    "a folder": (["check", "."], "`.` is a folder"),
    "not text": (["check", "x.npy"], "`x.npy` is not UTF-8 text"),
    "an unknown override": (["check", "spec.yaml", "--set", "training.epoch=3"], "unknown key `epoch`"),
    "an override without a value": (["check", "spec.yaml", "--set", "training"], "is not `key=value`"),
    "no data": (["train", "model.yaml"], "`model.yaml` has no `data` section"),
    "no run": (["evaluate", "nowhere"], "the folder `nowhere` does not exist"),
    "a folder that is no run": (["predict", "."], "`.` is not a run folder"),
    "another ending": (["build", "spec.yaml", "-o", "m.h5"], "`m.h5` does not end in `.keras`"),
    "another ending of predictions": (["predict", ".", "-o", "out.txt"], "`out.txt` does not end in"),
    "another ending of forecasts": (["predict", ".", "--horizon", "3", "-o", "out.txt"], "`out.txt` does not end in"),
    "another ending of a chart": (["evaluate", ".", "--plot", "chart.jpg"], "`chart.jpg` does not end in"),
    "another ending of a drawing": (["plot", "nowhere.yaml", "-o", "net.jpg"], "`net.jpg` does not end in"),
    "another ending of an export": (["export", ".", "--format", "onnx", "-o", "m.x"], "`m.x` does not end in `.onnx`"),
    "a part of a forecast": (
        ["predict", ".", "--horizon", "3", "--part", "test"],
        "`--part` cannot be combined with `--horizon`",
    ),
    "a file for what comes through a pipe": (
        ["predict", ".", "--data", "-", "-o", "out.csv"],
        "`--output` cannot be combined with `--data -`",
    ),
    "an unknown lesson": (["explain", "time-axis-mising"], "there is no lesson `time-axis-mising`"),
    "an unknown class": (
        ["train", "spec.yaml", "--set", "training.class_weight={5: 2}"],
        "there is no class `5`",
    ),
    "a monitor that nothing measures": (
        ["train", "spec.yaml", "--set", "training.monitor=val_loss"],
        "the metric `val_loss` is not measured",
    ),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_a_faulty_argument_is_refused(case: str, tdcli: Callable[..., Any]) -> None:
    arguments, message = OPTIONS[case]
    saved("x.npy", X)
    saved("y.npy", Y)
    Path("spec.yaml").write_text(NPY, encoding="utf-8")
    Path("model.yaml").write_text(MODEL, encoding="utf-8")
    ended = tdcli(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_a_place_that_cannot_be_written_is_reported(tdcli: Callable[..., Any], folder: Path) -> None:
    Path("spec.yaml").write_text(MODEL, encoding="utf-8")
    ended = tdcli("init", "layers", "-o", "nowhere/spec.yaml")
    assert ended.code == 1
    assert "cannot write `nowhere/spec.yaml`: No such file or directory" in ended.err
    assert "create the folder first" in ended.err
    assert [path.name for path in folder.iterdir()] == ["spec.yaml"]


def test_an_unforeseen_error_is_reported_without_a_traceback(
    tdcli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdcli.services.specs.compile.load_document", lambda *_: 1 / 0)
    ended = tdcli("check", "spec.yaml")
    assert ended.code == 1
    assert "error[unforeseen]: ZeroDivisionError: division by zero" in ended.err
    assert "Traceback" not in ended.err


def test_twenty_faults_are_shown_and_the_rest_counted(tdcli: Callable[..., Any]) -> None:
    Path("spec.yaml").write_text(MODEL + "".join(f"key{number}: 1\n" for number in range(25)), encoding="utf-8")
    ended = tdcli("check", "spec.yaml")
    assert ended.err.count("error[unknown-key]") == 20
    assert "... and 5 more" in ended.err

"""What a program calls does what the command of the same name does."""

import base64
import doctest
import inspect
import io
import json
import os
import re
import runpy
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import tdcli

ROOT = Path(__file__).parents[2]
FORECAST = """name: forecast
architecture: {kind: many-to-one, input: {timesteps: 2, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: csv, path: log.csv, order: t, features: [v, w], target: v}
split: {validation: 0.2, test: 0.2}
training: {epochs: 2, batch_size: 8}
"""
ARRAYS = {
    "name": "arrays",
    "architecture": {"kind": "many-to-one", "input": {"timesteps": 3}, "recurrent": {"units": 2}, "outputs": 1},
    "data": {"source": "npy", "x": "x.npy", "y": "y.npy"},
    "training": {"epochs": 1, "batch_size": 8},
}


INPUT = {"architecture": {**ARRAYS["architecture"], "input": {"timesteps": 3, "features": 2}}}  # type: ignore[dict-item]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    rng = np.random.default_rng(0)
    pl.DataFrame({"t": range(60), "v": rng.normal(size=60), "w": rng.normal(size=60)}).write_csv(folder / "log.csv")
    (folder / "forecast.yaml").write_text(FORECAST, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> tdcli.Run:
    return tdcli.train(tdcli.load(folder / "forecast.yaml"), runs=folder / "runs")


def table(folder: Path) -> pl.DataFrame:
    return pl.read_csv(folder / "log.csv")


def weights(run: tdcli.Run) -> list[Any]:
    return list(run.model().get_weights())


def test_a_spec_has_its_plan_and_its_warnings() -> None:
    spec = tdcli.load(ROOT / "specs" / "pollution.yaml", {"training.epochs": 5})
    assert spec.plan.parameters == 12_451
    assert spec.warnings == ()
    assert spec.compiled.spec.training.epochs == 5


def test_a_spec_may_be_given_by_its_values(folder: Path) -> None:
    values = {"architecture": {"kind": "layers", "input": [4, 3], "layers": [{"LSTM": {"units": 5}}]}}
    assert tdcli.load(values).plan.parameters == 4 * 5 * (5 + 3 + 1)  # Gers et al. 2000, with one bias a gate
    assert tdcli.load(values, {"architecture.layers.0.LSTM.units": 2}).plan.parameters == 4 * 2 * (2 + 3 + 1)


def test_errors_of_a_spec_are_raised_with_their_diagnostics_and_checked_without() -> None:
    wrong = {"architecture": {"kind": "layers", "input": [4], "layers": [{"LSTM": {"units": 5}}]}}
    with pytest.raises(tdcli.SpecError) as caught:
        tdcli.load(wrong)
    assert [each.name for each in caught.value.diagnostics] == ["time-axis-missing"]
    assert [each.name for each in tdcli.check(wrong)] == ["time-axis-missing"]
    with pytest.raises(tdcli.SpecError, match=r"nowhere\.yaml"):
        tdcli.check("nowhere.yaml")


def test_a_run_has_a_row_an_epoch_and_scores_as_the_command_prints_them(
    run: tdcli.Run, tdcli_command: Callable[..., Any]
) -> None:
    assert run.history["epoch"].to_list() == [1, 2]
    assert run.history["val_loss"].is_not_null().all()
    assert 1 <= run.best_epoch <= 2
    printed = json.loads(tdcli_command("evaluate", run.path, "--format", "json").out)
    found = run.evaluate()
    assert found.metrics == printed["scores"]["figures"]
    assert found.baseline == printed["scores"]["baseline"]
    assert found.samples == printed["samples"]


def test_predictions_for_a_file_a_frame_and_a_pandas_frame_are_alike(run: tdcli.Run, folder: Path) -> None:
    """A file's samples are named by its lines, those of a frame by its rows."""
    of_file, of_frame = run.predict(folder / "log.csv"), run.predict(table(folder))
    assert of_frame["sample"].to_list() == [line - 1 for line in of_file["sample"]]
    assert of_frame["v"].equals(of_file["v"])
    assert run.predict(OfArrow(table(folder))).equals(of_frame)
    assert run.predict(OfColumns(table(folder))).equals(of_frame)
    assert len(of_file) > len(run.predict())


class OfArrow:
    """A frame of another library, of which only Arrow's protocol is known."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


class OfColumns:
    """A frame with columns of NumPy, as one of pandas without PyArrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame, self.columns = frame, frame.columns

    def __getitem__(self, name: str) -> pl.Series:
        return self.frame[name]

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise ImportError


def test_a_training_from_a_frame_has_the_weights_of_one_from_the_file(run: tdcli.Run, folder: Path) -> None:
    other = tdcli.train(tdcli.load(folder / "forecast.yaml"), table(folder), runs=folder / "frames")
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(weights(run), weights(other), strict=True))
    assert other.evaluate().metrics == run.evaluate().metrics


def test_a_training_from_arrays_has_the_weights_of_one_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    arrays = {"x": rng.normal(size=(16, 3, 2)).astype("float32"), "y": rng.normal(size=16).astype("float32")}
    for name, array in arrays.items():
        np.save(f"{name}.npy", array)
    spec = tdcli.load(ARRAYS)
    one, other = tdcli.train(spec), tdcli.train(spec, arrays, runs="others")
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(weights(one), weights(other), strict=True))
    assert other.predict(arrays["x"]).equals(one.predict("x.npy"))


@pytest.mark.parametrize("data", [[1, 2], np.zeros(3)])
def test_data_of_another_kind_are_refused(data: Any, folder: Path) -> None:
    with pytest.raises(tdcli.SpecError, match="a table needs a DataFrame"):
        tdcli.train(tdcli.load(folder / "forecast.yaml"), data, runs=folder / "none")


def test_a_run_goes_on_as_one_that_was_never_stopped(run: tdcli.Run, folder: Path) -> None:
    spec = tdcli.load(folder / "forecast.yaml", {"training.epochs": 3})
    whole = tdcli.train(spec, runs=folder / "whole")
    begun = tdcli.train(tdcli.load(folder / "forecast.yaml"), runs=folder / "begun")
    resumed = tdcli.resume(begun.path, 3)
    assert resumed.path == begun.path
    assert resumed.history.equals(whole.history)
    assert all(np.array_equal(ours, theirs) for ours, theirs in zip(weights(resumed), weights(whole), strict=True))


def test_what_is_wrong_and_what_is_read_show_themselves(folder: Path) -> None:
    wrong = tdcli.check({"architecture": {"kind": "many-to-won"}})
    assert "^^^^^^^^^^^" in str(wrong)
    assert "^^^^^^^^^^^" in wrong._repr_html_()
    spec = tdcli.load(folder / "forecast.yaml")
    assert repr(spec) == f"<CompiledSpec forecast: (None, 2, 2) -> (None, 1), {spec.plan.parameters} parameters>"
    assert "LSTM" in spec.plan._repr_html_()
    assert "validation" in tdcli.read_data(spec)._repr_html_()


@pytest.mark.parametrize(("number", "error"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)])
def test_a_signal_ends_a_program_and_not_one_training_alone(
    number: int, error: type[BaseException], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default of SIGTERM would end the tests."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    callbacks = tdcli.Callbacks(on_progress=lambda progress: os.kill(os.getpid(), number))
    spec, runs = tdcli.load(folder / "forecast.yaml", {"training.epochs": 2000}), folder / f"signal {number}"
    try:
        with pytest.raises(error):
            tdcli.train(spec, runs=runs, callbacks=callbacks)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert tdcli.open_run(runs / "latest").summary.state == "interrupted"


def test_a_search_takes_values_and_data_in_memory_and_tells_of_each_trial(folder: Path) -> None:
    numbers: list[int] = []
    spec = tdcli.load(folder / "forecast.yaml", {"search": {"training.batch_size": [8, 16]}, "training.epochs": 1})
    found = tdcli.tune(
        spec, 2, table(folder), studies=folder / "studies", on_trial=lambda trial: numbers.append(trial.number)
    )
    assert numbers == [0, 1]
    assert found.trials["training.batch_size"].is_in([8, 16]).all()
    assert tdcli.train(found.best_spec, runs=folder / "best").history.height == 1


def test_callbacks_follow_a_training_and_may_stop_it(folder: Path) -> None:
    seen: list[int] = []
    callbacks = tdcli.Callbacks(on_progress=lambda progress: seen.append(progress.epoch), should_stop=lambda: True)
    stopped = tdcli.train(tdcli.load(folder / "forecast.yaml"), runs=folder / "stopped", callbacks=callbacks)
    assert len(seen) == 1
    assert stopped.summary.state == "interrupted"


def test_a_callback_of_another_name_is_refused() -> None:
    with pytest.raises(TypeError, match="there is no callback `on_epoch`"):
        tdcli.Callbacks(on_epoch=print)


def test_an_export_has_the_format_of_its_ending(run: tdcli.Run, tmp_path: Path) -> None:
    assert run.export(tmp_path / "model.keras") == tmp_path / "model.keras"
    with pytest.raises(tdcli.SpecError, match="has none of the endings"):
        run.export(tmp_path / "model.h5")


def test_specs_and_runs_are_compared_and_drawn(run: tdcli.Run, folder: Path, tmp_path: Path) -> None:
    assert "units" in tdcli.diff(folder / "forecast.yaml", ROOT / "specs" / "many_to_one.yaml")._repr_html_()
    drawing = tdcli.plot(run.spec)
    assert base64.b64encode(drawing.svg.encode()).decode() in drawing._repr_html_()
    assert drawing.save(tmp_path / "model.svg").read_text(encoding="utf-8") == drawing.svg
    with pytest.raises(tdcli.SpecError, match=r"does not end in `\.svg`"):
        drawing.save("model.jpg")


def test_data_are_read_as_a_training_reads_them(folder: Path) -> None:
    data = tdcli.read_data(tdcli.load(folder / "forecast.yaml"))
    assert data.train.x.shape[1:] == (2, 2)
    assert data.validation is not None
    assert data.test is not None


def test_results_show_themselves_in_a_notebook(run: tdcli.Run) -> None:
    assert "12,451" in tdcli.load(ROOT / "specs" / "pollution.yaml")._repr_html_()
    assert run.path.name in run._repr_html_()
    assert "persistence" in run.evaluate()._repr_html_()


def test_every_public_name_is_there_and_no_other() -> None:
    assert dir(tdcli) == sorted(tdcli.__all__)
    assert all(getattr(tdcli, name) is not None for name in tdcli.__all__)
    with pytest.raises(AttributeError, match="nonesuch"):
        tdcli.nonesuch  # noqa: B018


@pytest.mark.parametrize("name", sorted(set(tdcli.__all__) - {"__version__"}))
def test_every_public_name_has_an_example(name: str) -> None:
    lines = (inspect.getdoc(getattr(tdcli, name)) or "").splitlines()
    assert any(line.startswith((">>> ", "... ")) and (name in line or "tdcli." in line) for line in lines)


@pytest.mark.parametrize("error", [tdcli.TdcliError, tdcli.SpecError, tdcli.ExecutionError])
def test_the_examples_of_errors_hold(error: type[tdcli.TdcliError]) -> None:
    """pytest looks for examples by the module that a class says it is of."""
    failed = io.StringIO()
    [examples] = doctest.DocTestFinder(recurse=False).find(error, module=False, globs={})
    doctest.DocTestRunner(verbose=False).run(examples, out=failed.write)
    assert failed.getvalue() == ""


def test_the_import_changes_nothing_of_the_process_and_loads_nothing_more() -> None:
    code = """
import os, signal, sys, warnings
before = dict(os.environ), signal.getsignal(signal.SIGINT), list(warnings.filters), sys.stderr
import tdcli
assert (dict(os.environ), signal.getsignal(signal.SIGINT), list(warnings.filters), sys.stderr) == before
print([name for name in sys.modules if name.startswith("tdcli")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "['tdcli.version', 'tdcli']"


def test_a_frame_for_a_spec_without_a_table_is_refused(folder: Path, tmp_path: Path) -> None:
    spec = tdcli.load(
        {key: value for key, value in ARRAYS.items() if key != "data"}, {"architecture.input.features": 2}
    )
    with pytest.raises(tdcli.SpecError, match="needs arrays by name"):
        tdcli.train(spec, table(folder), runs=tmp_path)
    arrays = {"x": np.ones((8, 3, 2), np.float32), "y": np.ones(8, np.float32)}
    assert tdcli.train(spec, arrays, runs=tmp_path).history.height == 1


def test_a_users_program_runs(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    better = runpy.run_path(str(Path(__file__).with_name("user_script.py")))["main"](folder / "forecast.yaml", tmp_path)
    assert {"mae", "rmse"} <= better.keys()
    assert capsys.readouterr().out.endswith("['wrong-value']\n")


def test_an_error_of_a_program_quotes_its_line_as_the_terminal_does(
    folder: Path, tdcli_command: Callable[..., Any]
) -> None:
    path = folder / "wrong.yaml"
    path.write_text(FORECAST.replace("outputs: 1", "outputs: one"), encoding="utf-8")
    printed = tdcli_command("check", path).err
    with pytest.raises(tdcli.SpecError) as caught:
        tdcli.load(path)
    shown = "".join(traceback.format_exception_only(caught.value))
    assert shown.startswith("tdcli.SpecError: ")
    quoted = printed[: printed.index("for more information, run")].rstrip()
    assert quoted in shown
    assert "^^^" in quoted
    assert re.sub(r"\x1b\[[\d;]*m", "", caught.value._render_traceback_()[0]).rstrip() == quoted


def test_an_error_of_a_run_says_what_to_do() -> None:
    with pytest.raises(tdcli.SpecError) as caught:
        tdcli.open_run("nowhere")
    assert "help: " in caught.value.__notes__[-1]


def test_a_run_that_was_stopped_in_its_first_epoch_has_a_history_without_rows(folder: Path) -> None:
    spec = tdcli.load(folder / "forecast.yaml", {"training.epochs": 2, "training.batch_size": 2})
    stopped = tdcli.train(spec, runs=folder / "early", callbacks=tdcli.Callbacks(should_stop=lambda: True))
    assert stopped.history.columns[0] == "epoch"
    assert stopped.history.height == 0


def test_arrays_with_parts_of_their_own_are_taken_by_name(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    arrays = {"x": rng.normal(size=(16, 3, 2)), "y": rng.normal(size=16)}
    parts = {**arrays, "validation": {"x": arrays["x"][:4], "y": arrays["y"][:4]}}
    run = tdcli.train({key: value for key, value in ARRAYS.items() if key != "data"} | INPUT, parts, runs=tmp_path)
    assert "val_loss" in run.history.columns
    assert run.evaluate(arrays).samples == run.evaluate(arrays["x"], arrays["y"]).samples == 16
    with pytest.raises(tdcli.SpecError, match="rows of different lengths"):
        run.predict([[1.0], [1.0, 2.0]])


def test_a_frame_does_not_stand_for_one_of_several_files(folder: Path) -> None:
    spec = tdcli.load(folder / "forecast.yaml", {"data.test": folder / "log.csv", "split.test": None})
    with pytest.raises(tdcli.SpecError, match="the spec has a file for `test`"):
        tdcli.train(spec, table(folder), runs=folder / "none")


def test_a_run_that_is_done_is_returned_as_it_is(run: tdcli.Run) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in run.path.iterdir()}
    assert tdcli.resume(run) == run
    assert {path.name: path.stat().st_mtime_ns for path in run.path.iterdir()} == before

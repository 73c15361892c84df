"""Open a run, and evaluate, predict, export and report it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.api.memory import Samples, data_files
from tdcli.api.shown import Shown
from tdcli.api.spec import CompiledSpec
from tdcli.runs.folder import RunFolder
from tdcli.services.runs.summary import RunSummary, summarize_run

if TYPE_CHECKING:
    import polars as pl
    from rich.console import RenderableType

    from tdcli.nn.runtime.types import KerasModel
    from tdcli.services.evaluate.evaluate import Evaluation as ServiceEvaluation
    from tdcli.services.evaluate.open_model import PartName


@dataclass(frozen=True)
class Evaluation(Shown):
    """The metrics of a model in the data's units, compared with the best baseline.

    >>> import tdcli
    >>> found = tdcli.open_run("runs/latest").evaluate()
    >>> sorted(found.metrics), found.baseline_name
    (['mae', 'mape', 'r2', 'rmse', 'smape'], 'mean')
    """

    result: "ServiceEvaluation" = field(repr=False)

    @property
    def metrics(self) -> dict[str, float]:
        """The model's metrics by name."""
        return dict(self.result.scores.figures)

    @property
    def baseline(self) -> dict[str, float]:
        """The same metrics of the best baseline."""
        return dict(self.result.scores.baseline)

    @property
    def targets(self) -> dict[str, dict[str, float]]:
        """The model's metrics by target, or nothing if there is a single target."""
        return {name: dict(scores.figures) for name, scores in self.result.scores.targets.items()}

    @property
    def baseline_name(self) -> str:
        """The name of the best baseline."""
        return str(self.result.scores.baseline_name)

    @property
    def samples(self) -> int:
        """The number of samples that were predicted."""
        return self.result.samples

    @property
    def verdict(self) -> str:
        """One sentence that says whether the model beats the baseline."""
        from tdcli.report.terminal.evaluation import verdict

        return verdict(self.result.scores)

    def __rich__(self) -> "RenderableType":
        """Return the tables that `tdcli evaluate` prints."""
        from tdcli.report.terminal.evaluation import render_evaluation

        shown: RenderableType = render_evaluation(self.result, "table")
        return shown


@dataclass(frozen=True)
class Run(Shown):
    """A run folder: its best model, its history, and the data that it was trained on.

    >>> import tdcli
    >>> run = tdcli.open_run("runs/latest")
    >>> run.history["epoch"].to_list(), run.summary.state
    ([1, 2], 'done')
    >>> run.predict().columns
    ['sample', 'step', 'output[0]']
    """

    path: Path

    @property
    def summary(self) -> RunSummary:
        """The state of the run, its epochs, and the metrics of the best and the last epoch."""
        return summarize_run(RunFolder(self.path))

    @property
    def best_epoch(self) -> int:
        """The number of the epoch with the best weights, counted from 1."""
        return self.summary.best_epoch

    @property
    def history(self) -> "pl.DataFrame":
        """One row per epoch: its number, losses and metrics."""
        import polars as pl

        rows = RunFolder(self.path).read_history()
        frame = pl.DataFrame(rows, schema=None if rows else {"epoch": pl.Float64}, infer_schema_length=None)
        return frame.with_columns(pl.col("epoch").cast(pl.Int64))

    def evaluate(self, data: Samples = None, targets: Samples = None) -> Evaluation:
        """Compare the best model with the baselines on held-out data, or on other data with targets.

        data: a file, a DataFrame or arrays, in the form of the run's own data. targets: needed if `data` is a single
        array. Raises SpecError if the data do not fit the model or have no target.
        """
        from tdcli.services.evaluate.evaluate import evaluate_model
        from tdcli.services.evaluate.open_model import open_model

        with data_files(open_model(self.path), data, targets) as (model, files):
            return Evaluation(evaluate_model(model, *files).evaluation)

    def predict(self, data: Samples = None, *, part: "PartName | None" = None) -> "pl.DataFrame":
        """Return predictions, with one row per sample, or one row per timestep.

        data: a file, a DataFrame or an array, in the form of the run's own data. part: predict for this set of the
        run's own data. Without either, the held-out data are predicted. Raises SpecError if the data do not fit the
        model.
        """
        from tdcli.services.evaluate.open_model import open_model
        from tdcli.services.evaluate.predict import predict_model

        with data_files(open_model(self.path), data, None) as (model, (path, _)):
            return predict_model(model, path, part).table

    def model(self) -> "KerasModel":
        """Return the best model, a standard `keras.Model` that includes the scaling."""
        from tdcli.nn.runtime.tensorflow import keras
        from tdcli.services.evaluate.open_model import open_model

        return keras.saving.load_model(open_model(self.path).model)

    def export(self, path: str | Path) -> Path:
        """Write the best model as `.onnx`, `.tflite` or `.keras`, and compare it with Keras on real samples.

        Raises SpecError for another file ending, and ExecutionError if the outputs differ.
        """
        from tdcli.services.export.export_run import export_run
        from tdcli.services.export.request import ExportRequest, format_of

        return export_run(self.path, ExportRequest(format_of(Path(path)), Path(path))).path

    def report(self, path: str | Path | None = None) -> Path:
        """Write a self-contained HTML page about the run. The default path is `report.html` in the run's folder."""
        from tdcli.report.pages.write import write_report

        return write_report(self.path, Path(path) if path else None)

    @property
    def spec(self) -> CompiledSpec:
        """The spec that was trained, including the settings that replaced its values."""
        from tdcli.services.specs.compile_run import compile_run

        return CompiledSpec(compile_run(RunFolder(self.path)))

    def __rich__(self) -> "RenderableType":
        """Return what `tdcli runs show` prints."""
        from tdcli.report.terminal.runs import render_details
        from tdcli.services.runs.summary import describe_run

        return render_details(describe_run(self.path), "table")


def open_run(path: str | Path) -> Run:
    """Open the folder of a run. Raises SpecError if it is not the folder of a run.

    >>> import tdcli
    >>> tdcli.open_run("runs/latest").spec.name
    'one-to-many'
    """
    from tdcli.runs.folder import open_run_folder

    return Run(open_run_folder(Path(path)).path)

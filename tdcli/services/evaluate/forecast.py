"""Forecast rows beyond the end of a table. If a model predicts fewer rows, its predictions are fed back as input."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tdcli.data.dataset import Array, Part
from tdcli.formats.core.registry import open_model_file
from tdcli.services.evaluate.open_model import TrainedModel, file_part, open_model, replace_data_keys
from tdcli.services.evaluate.predict import TIME_COLUMN, Predictions, check_ending, round_table, write_predictions
from tdcli.services.samples.prepare import data_section
from tdcli.sources.tables.windows import Windows
from tdcli.text.errors import SpecError
from tdcli.text.yaml_writer import to_inline_yaml


def check_horizon(run: TrainedModel, horizon: int) -> Windows:
    """Return the data section of a model. Raises SpecError if the model cannot forecast `horizon` rows."""
    section = data_section(run.compiled)
    if not isinstance(section, Windows) or run.record["classes"] is not None:
        message = "`--horizon` needs a model that forecasts the rows of a table"
        raise SpecError.of("wrong-option", message, "remove the option, or train on `source: csv` with numeric targets")
    if section.ahead != 1:
        message = f"`--horizon` needs predictions of the next row, but this model starts {section.ahead} rows ahead"
        raise SpecError.of("wrong-option", message, "train with `ahead: 1`")
    if horizon <= _rows_at_once(run, section):
        return section
    features = list(run.record["learnt"]["features"])
    unknown = [f"`{name}`" for name in features if name not in section.target]
    if unknown:
        verb = "is" if len(unknown) == 1 else "are"
        message = f"`--horizon {horizon}` feeds predictions back, but {', '.join(unknown)} {verb} not predicted"
        raise SpecError.of("wrong-option", message, *_help_for_horizon(section, features, horizon))
    return section


def _rows_at_once(run: TrainedModel, section: Windows) -> int:
    """Return how many rows the model predicts from one window."""
    return 1 if run.compiled.signature.per_step else section.steps


def _help_for_horizon(section: Windows, features: list[str], horizon: int) -> tuple[str, ...]:
    """Return how to train a model that forecasts several rows."""
    count = len(section.target)
    at_once = (
        f"train with `steps: {horizon}` in `data` and `outputs: {horizon * count}` in `architecture` "
        f"to predict {horizon} rows at once"
    )
    if any(name in section.encode for name in features):
        return (at_once,)
    return (
        at_once,
        f"or train with `target: {to_inline_yaml(features)}` and `outputs: {len(features)}` to predict all features",
    )


def forecast_run(
    path: Path, horizon: int, data: Path | None = None, decimals: int | None = None, output: Path | None = None
) -> Predictions:
    """Open a run or an exported model, forecast rows beyond the end of a table, and write them to `output` if given.

    Raises SpecError if `path` is neither, if the model cannot use its predictions as input, or for an unknown ending of
    `output`. Raises ExecutionError if `output` cannot be written.
    """
    check_ending(output)
    predictions = forecast(open_model(path), data, horizon, decimals)
    if output is not None:
        write_predictions(predictions, output)
    return predictions


def forecast(run: TrainedModel, data: Path | None, horizon: int, decimals: int | None) -> Predictions:
    """Predict `horizon` rows beyond the end of a table, for each group. Raises SpecError."""
    section = check_horizon(run, horizon)
    path = data or section.files(run.compiled.folder)["test" if section.test else "train"][-1]
    part = _last_windows(file_part(replace_data_keys(run, stride=1), path, future=True).part)
    outputs = _feed_back(run, section, np.asarray(part.x), horizon)
    ahead = np.arange(1, horizon + 1)
    named: dict[str, Any] = {name: np.repeat(values, horizon) for name, values in part.keys.items()}
    if not section.group:
        named["sample"] = _next_row(run, part) + ahead - 1
    if part.times is not None and TIME_COLUMN not in (*named, *section.target):
        per_window = run.compiled.plan.input_shape[1] or 1
        named[TIME_COLUMN] = replace(part.times, offsets=per_window - 1 + ahead).texts().ravel()
    columns = {name: outputs[..., place].ravel() for place, name in enumerate(section.target)}
    table = pl.DataFrame({**named, "ahead": np.tile(ahead, len(part)), **columns})
    fed_back = "each forecast uses earlier forecasts as input, so errors accumulate"
    notes = (fed_back,) if horizon > _rows_at_once(run, section) else ()
    title = "rows beyond the end of the table"
    return Predictions(outputs, lambda: round_table(table, decimals), title, notes, table.height)


def _last_windows(part: Part) -> Part:
    """Return the last window of each group. The windows must be sorted by group."""
    if not part.keys:
        return part.take(np.array([len(part) - 1]))
    groups = pl.DataFrame(dict(part.keys)).select(pl.struct(pl.all()).rle_id()).to_series().to_numpy()
    return part.take(np.flatnonzero(np.append(np.diff(groups) != 0, [True])))


def _next_row(run: TrainedModel, part: Part) -> int:
    """Return the number of the row after the end of the table.

    The index of a window with one output per timestep is its second row.
    """
    later = np.shape(part.x)[1] - 1 if run.compiled.signature.per_step else 0
    return int(part.index[-1]) + later


def _feed_back(run: TrainedModel, section: Windows, windows: Array, horizon: int) -> Array:
    """Return the forecasts, `(groups, horizon, targets)`."""
    file, targets = open_model_file(run.model), len(section.target)
    per_step, timesteps = run.compiled.signature.per_step, windows.shape[1]
    rows = np.empty((len(windows), 0, targets), np.float32)
    while True:
        outputs = file.outputs(windows)
        new = outputs[:, -1:] if per_step else outputs.reshape(len(windows), -1, targets)
        rows = np.concatenate([rows, new], axis=1)
        if rows.shape[1] >= horizon:
            return rows[:, :horizon]
        places = [section.target.index(name) for name in run.record["features"]]
        windows = np.concatenate([windows, new[..., places]], axis=1)[:, -timesteps:]

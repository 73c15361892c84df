"""Predict, and return a table with one row per sample or per timestep."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tdcli.data.dataset import Array, Part, chunks
from tdcli.formats.core.base import ModelFile
from tdcli.formats.core.registry import open_model_file
from tdcli.runs.files import refuse_read_only, write_whole
from tdcli.services.evaluate.open_model import EvaluationSet, PartName, TrainedModel, open_model, part_to_predict
from tdcli.services.evaluate.output_layout import has_steps
from tdcli.services.evaluate.score_classes import predicted_codes
from tdcli.services.samples.callbacks import SILENT, ReadCallbacks
from tdcli.text.errors import SpecError

TIME_COLUMN = "time"
"""The column with the time of the predicted values in a table of predictions."""


MOST_CSV_COLUMNS = 4096
"""The most columns of a table of predictions: enough for a 64 x 64 frame with one channel."""


@dataclass(frozen=True)
class Predictions:
    """The outputs of a model, and a table of them with samples, timesteps and classes.

    make: builds the table. title: the name of the samples, such as `test set`. notes: how to read the predictions.
    rows: the number of rows of a forecast.
    """

    outputs: Array
    make: Callable[[], pl.DataFrame]
    title: str = ""
    notes: tuple[str, ...] = ()
    rows: int | None = None

    @property
    def count(self) -> int:
        """The number of predictions: those of all rows of a forecast, or one for each sample."""
        return len(self.outputs) if self.rows is None else self.rows

    @cached_property
    def table(self) -> pl.DataFrame:
        """The table. Raises SpecError if it would have too many columns."""
        return self.make()

    def to_csv(self, *, header: bool = True) -> str:
        """Return the table as CSV."""
        return escape_formulas(self.table).write_csv(include_header=header).rstrip("\n")


def to_table(outputs: Array, part: Part, record: dict[str, Any], decimals: int | None = None) -> Predictions:
    """Return the outputs with a table. Its numbers are rounded to `decimals`, and negative zeros become 0.0."""
    return Predictions(outputs, lambda: round_table(_prediction_table(outputs, part, record), decimals))


def round_table(table: pl.DataFrame, decimals: int | None) -> pl.DataFrame:
    """Return the table with rounded numbers. None does not round."""
    if decimals is None:
        return table
    rounded = table.with_columns(pl.selectors.float().round(decimals) + 0.0)
    if decimals > 0:
        return rounded
    floats = rounded.select(pl.selectors.float())
    return rounded.with_columns(column.cast(pl.Int64) for column in floats if column.is_finite().all())


def check_ending(path: Path | None) -> None:
    """Raise SpecError if predictions cannot be written to this path, or not with this file ending."""
    if path is None:
        return
    refuse_read_only(path)
    if path.suffix not in (".csv", ".npy"):
        raise SpecError.of("wrong-option", f"`{path}` does not end in `.csv` or `.npy`", "use one of these")


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write the table as `.csv`, or the outputs as `.npy`, atomically. Raises SpecError for other endings."""
    check_ending(path)
    if path.suffix == ".csv":
        write_whole(path, escape_formulas(predictions.table).write_csv)
    else:
        write_whole(path, lambda part: np.save(part, predictions.outputs, allow_pickle=False))


def _prediction_table(outputs: Array, part: Part, record: dict[str, Any]) -> pl.DataFrame:
    steps = has_steps(outputs, part)
    places = outputs.shape[2 if steps else 1 : -1]
    _refuse_wide(outputs, places, record)
    rows = outputs.reshape(-1, *places, outputs.shape[-1])
    table = pl.DataFrame({**_name_columns(outputs, part, record, steps=steps), **_columns_by_place(rows, record)})
    if part.y_valid is None:
        return table
    return table.filter(pl.Series(np.repeat(part.y_valid.ravel(), len(table) // part.y_valid.size)))


def _refuse_wide(outputs: Array, places: tuple[int, ...], record: dict[str, Any]) -> None:
    """Raise SpecError if a row of frames would have too many columns."""
    columns = prod(places) * (outputs.shape[-1] + (record["classes"] is not None))
    if places and columns > MOST_CSV_COLUMNS:
        frame = " x ".join(map(str, outputs.shape[-1 - len(places) :]))
        message = f"a frame of {frame} needs {columns:,} columns of CSV, but the limit is {MOST_CSV_COLUMNS:,}"
        raise SpecError.of("wrong-option", message, "write the frames as an array with `-o predictions.npy`")


def _name_columns(outputs: Array, part: Part, record: dict[str, Any], *, steps: bool) -> dict[str, Array]:
    """Return the columns that identify a row: the sample, the group, the time of the prediction and the timestep."""
    count = outputs.shape[1] if steps else 1
    taken = (*record["targets"], "step")
    keys = {name: values for name, values in part.keys.items() if name not in taken}
    columns = {name: np.repeat(values, count) for name, values in {"sample": part.index, **keys}.items()}
    if part.times is not None and TIME_COLUMN not in (*taken, *columns):
        columns[TIME_COLUMN] = part.times.texts()[:, :count].ravel()
    if steps:
        columns["step"] = np.tile(np.arange(count), len(outputs))
    return columns


def _columns_by_place(rows: Array, record: dict[str, Any]) -> dict[str, Array]:
    """Return the columns of values. Frames have one for each pixel and channel, `output[row,column,channel]`."""
    places = rows.shape[1:-1]
    if not places:
        return _value_columns(rows, record)
    found: dict[str, Array] = {}
    for place in np.ndindex(places):
        where = ",".join(map(str, place))
        columns = _value_columns(rows[(slice(None), *place)], record)
        found |= {_columns_of_targets(name, where): values for name, values in columns.items()}
    return found


def _columns_of_targets(name: str, where: str) -> str:
    """Insert the position in a frame into the name of a column.

    >>> _columns_of_targets("output[2]", "0,5"), _columns_of_targets("class", "0,5")
    ('output[0,5,2]', 'class[0,5]')
    """
    return name.replace("output[", f"output[{where},") if name.startswith("output[") else f"{name}[{where}]"


def _value_columns(rows: Array, record: dict[str, Any]) -> dict[str, Array]:
    """Return a column for each target and row ahead, or the predicted class and the probabilities of all classes."""
    classes = record["classes"]
    if classes is None:
        return {name: rows[:, index] for index, name in enumerate(_value_names(rows.shape[1], record["targets"]))}
    chosen = np.asarray(classes)[predicted_codes(rows)]
    if rows.shape[1] == 1:
        return {"class": chosen, f"p({classes[1]})": rows[:, 0]}
    return {"class": chosen, **{f"p({name})": rows[:, index] for index, name in enumerate(classes[: rows.shape[1]])}}


def _value_names(units: int, targets: list[str]) -> list[str]:
    """Name `units` columns after the targets, row by row if several rows are predicted."""
    if len(targets) == units:
        return targets
    if targets and units % len(targets) == 0:
        return [f"{name}[{ahead + 1}]" for ahead in range(units // len(targets)) for name in targets]
    return [f"output[{index}]" for index in range(units)]


_FORMULA = r"^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
"""The start of cells that a spreadsheet may interpret as a formula (OWASP, CSV Injection)."""

_NUMBER_TEXT = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$"


def escape_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with an apostrophe before each text and column name that starts like a formula.

    Numbers are not changed, even if they are stored as text.
    """
    names = _as_texts(pl.Series(table.columns, dtype=pl.String))
    columns = [_as_texts(each) if each.dtype == pl.String else each for each in table.get_columns()]
    return pl.DataFrame([column.alias(name) for column, name in zip(columns, names, strict=True)])


def _as_texts(values: pl.Series) -> pl.Series:
    values = values.alias("")  # Polars interprets a name such as `^a$` as a pattern
    is_formula = (values.str.contains(_FORMULA) & ~values.str.contains(_NUMBER_TEXT)).fill_null(value=False)
    return values.zip_with(~is_formula, "'" + values)


def model_outputs(file: ModelFile, part: Part) -> Array:
    """Return the outputs for unscaled samples: `(samples, units)` or `(samples, time, units)`."""
    return np.concatenate([file.outputs(values) for _, values in chunks(part.x)])


def predict_run(
    path: Path,
    data: Path | None = None,
    part: PartName | None = None,
    decimals: int | None = None,
    output: Path | None = None,
    *,
    callbacks: ReadCallbacks = SILENT,
) -> Predictions:
    """Open a run or an exported model, predict as `predict_model` does, and write the result to `output` if given.

    Raises SpecError if `path` is neither, or for an unknown ending of `output`. Raises ExecutionError if `output`
    cannot be written.
    """
    check_ending(output)
    predictions = predict_model(open_model(path), data, part, decimals, callbacks=callbacks)
    if output is not None:
        write_predictions(predictions, output)
    return predictions


def predict_model(
    run: TrainedModel,
    data: Path | None = None,
    part: PartName | None = None,
    decimals: int | None = None,
    *,
    callbacks: ReadCallbacks = SILENT,
) -> Predictions:
    """Predict for a file, a named set, or the held-out data. Raises SpecError if the data do not fit the model."""
    return predict(run, part_to_predict(run, data, part, callbacks=callbacks), decimals)


def predict(run: TrainedModel, chosen: EvaluationSet, decimals: int | None = None) -> Predictions:
    """Predict for samples. The numbers of the table are rounded to `decimals`."""
    outputs = model_outputs(open_model_file(run.model), chosen.part)
    return replace(to_table(outputs, chosen.part, run.record, decimals), title=chosen.title)

"""Predictions for new samples, as a table: one row a sample, or a row a step."""

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
"""The column of a table of predictions that says when what is predicted happens."""


MOST_CSV_COLUMNS = 4096
"""Of a table of predictions: a frame of 64 x 64 with one channel still has a column a pixel."""


@dataclass(frozen=True)
class Predictions:
    """The model's outputs, and what makes them a table that says which sample, which step, which class.

    title: what was predicted, as `test part`.
    """

    outputs: Array
    make: Callable[[], pl.DataFrame]
    title: str = ""

    @cached_property
    def table(self) -> pl.DataFrame:
        """The table. Raises SpecError where it would be too wide."""
        return self.make()

    def to_csv(self, *, header: bool = True) -> str:
        """Return the table as CSV."""
        return escape_formulas(self.table).write_csv(include_header=header).rstrip("\n")


def to_table(outputs: Array, part: Part, record: dict[str, Any], decimals: int | None = None) -> Predictions:
    """Name the outputs; the table's numbers are rounded to `decimals`, a negative zero becoming 0.0."""
    return Predictions(outputs, lambda: round_table(_prediction_table(outputs, part, record), decimals))


def round_table(table: pl.DataFrame, decimals: int | None) -> pl.DataFrame:
    """Return the table with its numbers rounded; None leaves them as they are."""
    return table if decimals is None else table.with_columns(pl.selectors.float().round(decimals) + 0.0)


def check_ending(path: Path | None) -> None:
    """Raise SpecError where predictions cannot be written there, or not under this ending."""
    if path is None:
        return
    refuse_read_only(path)
    if path.suffix not in (".csv", ".npy"):
        raise SpecError.of("wrong-option", f"`{path}` ends neither in `.csv` nor in `.npy`", "choose one of them")


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write `.csv`, or the bare outputs as `.npy`, whole or not at all. Raises SpecError for another ending."""
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
    """Raise SpecError where a row would have a column for each of too many places."""
    columns = prod(places) * (outputs.shape[-1] + (record["classes"] is not None))
    if places and columns > MOST_CSV_COLUMNS:
        frame = " x ".join(map(str, outputs.shape[-1 - len(places) :]))
        message = f"a frame of {frame} takes {columns:,} columns of CSV, and at most {MOST_CSV_COLUMNS:,} are written"
        raise SpecError.of("wrong-option", message, "write the frames as they are: `-o predictions.npy`")


def _name_columns(outputs: Array, part: Part, record: dict[str, Any], *, steps: bool) -> dict[str, Array]:
    """Return what tells the rows of a table apart: sample, group and time of what is predicted first, step."""
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
    """Return the columns of values; of frames those of each place, `output[row,column,channel]`."""
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
    """Put a place into a column's name.

    >>> _columns_of_targets("output[2]", "0,5"), _columns_of_targets("class", "0,5")
    ('output[0,5,2]', 'class[0,5]')
    """
    return name.replace("output[", f"output[{where},") if name.startswith("output[") else f"{name}[{where}]"


def _value_columns(rows: Array, record: dict[str, Any]) -> dict[str, Array]:
    """Name the columns: targets, with the rows ahead where there are several, or a class and its probabilities."""
    classes = record["classes"]
    if classes is None:
        return {name: rows[:, index] for index, name in enumerate(_value_names(rows.shape[1], record["targets"]))}
    chosen = np.asarray(classes)[predicted_codes(rows)]
    if rows.shape[1] == 1:
        return {"class": chosen, f"p({classes[1]})": rows[:, 0]}
    return {"class": chosen, **{f"p({name})": rows[:, index] for index, name in enumerate(classes[: rows.shape[1]])}}


def _value_names(units: int, targets: list[str]) -> list[str]:
    """Name `units` columns after the targets; rows ahead come one after the other."""
    if len(targets) == units:
        return targets
    if targets and units % len(targets) == 0:
        return [f"{name}[{ahead + 1}]" for ahead in range(units // len(targets)) for name in targets]
    return [f"output[{index}]" for index in range(units)]


_FORMULA = r"^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
"""How a cell begins that a spreadsheet may take for a formula (OWASP, CSV Injection)."""

_NUMBER_TEXT = r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][+-]?[0-9]+)?$"


def escape_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with an apostrophe before each text and column name that begins as a formula does.

    Numbers stay as they are, also where they are texts.
    """
    names = _as_texts(pl.Series(table.columns, dtype=pl.String))
    columns = [_as_texts(each) if each.dtype == pl.String else each for each in table.get_columns()]
    return pl.DataFrame([column.alias(name) for column, name in zip(columns, names, strict=True)])


def _as_texts(values: pl.Series) -> pl.Series:
    values = values.alias("")  # Polars takes a name such as `^a$` for a pattern
    is_formula = (values.str.contains(_FORMULA) & ~values.str.contains(_NUMBER_TEXT)).fill_null(value=False)
    return values.zip_with(~is_formula, "'" + values)


def model_outputs(file: ModelFile, part: Part) -> Array:
    """Return the outputs for a part's raw values: `(samples, units)` or `(samples, time, units)`."""
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
    """Open a run, or an exported model, and predict as `predict_model` does; write it into `output`, if one is named.

    Raises SpecError where it is neither, and for an output of another ending; ExecutionError where that cannot be
    written.
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
    """Predict for a file, a named part, or the held-out part. Raises SpecError where the data do not fit the model."""
    return predict(run, part_to_predict(run, data, part, callbacks=callbacks), decimals)


def predict(run: TrainedModel, chosen: EvaluationSet, decimals: int | None = None) -> Predictions:
    """Predict for samples; the table's numbers are rounded to `decimals`."""
    outputs = model_outputs(open_model_file(run.model), chosen.part)
    return replace(to_table(outputs, chosen.part, run.record, decimals), title=chosen.title)

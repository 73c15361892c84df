"""Predictions as a table: one row a sample, or a row a step."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tdcli.data._dataset import Array, Part
from tdcli.runs.files import refuse_read_only, write_whole
from tdcli.services.score_classes import codes
from tdcli.services.spreadsheet import for_spreadsheets
from tdcli.text.diagnostic import UserError

TIME = "time"
"""The column of a table of predictions that says when what is predicted happens."""


@dataclass(frozen=True)
class Predictions:
    """The model's outputs, and the same as a table that says which sample, which step, which class."""

    outputs: Array
    table: pl.DataFrame


def tabled(outputs: Array, part: Part, record: dict[str, Any], decimals: int | None = None) -> Predictions:
    """Name the outputs; the table's numbers are rounded to `decimals`, a negative zero becoming 0.0."""
    return Predictions(outputs, rounded(_table(outputs, part, record), decimals))


def rounded(table: pl.DataFrame, decimals: int | None) -> pl.DataFrame:
    """Return the table with its numbers rounded; None leaves them as they are."""
    return table if decimals is None else table.with_columns(pl.selectors.float().round(decimals) + 0.0)


def csv_text(predictions: Predictions, *, header: bool = True) -> str:
    """Return the table as CSV."""
    return for_spreadsheets(predictions.table).write_csv(include_header=header).rstrip("\n")


def check_ending(path: Path | None) -> None:
    """Raise UserError where predictions cannot be written there, or not under this ending."""
    if path is None:
        return
    refuse_read_only(path)
    if path.suffix not in (".csv", ".npy"):
        raise UserError.of("wrong-option", f"`{path}` ends neither in `.csv` nor in `.npy`", "choose one of them")


def check_options(*, piped: bool, part: object, output: Path | None, horizon: int | None) -> None:
    """Raise UserError where options exclude each other."""
    for option, value in (("--part", part), ("--output", output if piped else None)):
        if value is not None and (piped or horizon is not None):
            other = "--data -" if piped else "--horizon"
            raise UserError.of("wrong-option", f"`{option}` and `{other}` exclude each other", "leave one of them out")
    if piped and horizon is not None:
        raise UserError.of("wrong-option", "`--horizon` needs the end of a table", "give a file with `--data FILE`")


def write_predictions(predictions: Predictions, path: Path) -> None:
    """Write `.csv`, or the bare outputs as `.npy`, whole or not at all. Raises UserError for another ending."""
    check_ending(path)
    if path.suffix == ".csv":
        write_whole(path, for_spreadsheets(predictions.table).write_csv)
    else:
        write_whole(path, lambda part: np.save(part, predictions.outputs, allow_pickle=False))


def _table(outputs: Array, part: Part, record: dict[str, Any]) -> pl.DataFrame:
    rows = outputs.reshape(-1, outputs.shape[-1])
    table = pl.DataFrame({**_name_columns(outputs, part, record), **_value_columns(rows, record)})
    return table if part.y_valid is None else table.filter(pl.Series(part.y_valid.ravel()))


def _name_columns(outputs: Array, part: Part, record: dict[str, Any]) -> dict[str, Array]:
    """Return what tells the rows of a table apart: sample, group and time of what is predicted first, step."""
    steps = outputs.shape[1] if outputs.ndim == 3 else 1
    taken = (*record["targets"], "step")
    keys = {name: values for name, values in part.keys.items() if name not in taken}
    columns = {name: np.repeat(values, steps) for name, values in {"sample": part.index, **keys}.items()}
    if part.times is not None and TIME not in (*taken, *columns):
        columns[TIME] = part.times.texts()[:, :steps].ravel()
    if outputs.ndim == 3:
        columns["step"] = np.tile(np.arange(steps), len(outputs))
    return columns


def _value_columns(rows: Array, record: dict[str, Any]) -> dict[str, Array]:
    """Name the columns: targets, with the rows ahead where there are several, or a class and its probabilities."""
    classes = record["classes"]
    if classes is None:
        return {name: rows[:, index] for index, name in enumerate(_names(rows.shape[1], record["targets"]))}
    chosen = np.asarray(classes)[codes(rows)]
    if rows.shape[1] == 1:
        return {"class": chosen, f"p({classes[1]})": rows[:, 0]}
    return {"class": chosen, **{f"p({name})": rows[:, index] for index, name in enumerate(classes[: rows.shape[1]])}}


def _names(units: int, targets: list[str]) -> list[str]:
    """Name `units` columns after the targets; rows ahead come one after the other."""
    if len(targets) == units:
        return targets
    if targets and units % len(targets) == 0:
        return [f"{name}[{ahead + 1}]" for ahead in range(units // len(targets)) for name in targets]
    return [f"output[{index}]" for index in range(units)]

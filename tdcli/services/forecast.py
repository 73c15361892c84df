"""Forecasts of many steps, each fed back as if it had been measured."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tdcli.data._arrays.cells import read_cells
from tdcli.data._arrays.table_parts import file_columns
from tdcli.data._arrays.wanted import Wanted
from tdcli.data._dataset import Array, Part, samples_at
from tdcli.data._windows import Windows
from tdcli.formats._find import model_file
from tdcli.services.predictions import Predictions, rounded
from tdcli.services.prepare import data_section
from tdcli.services.run_data import Opened, file_part, rewritten
from tdcli.text.diagnostic import UserError


def check_feedback(run: Opened) -> Windows:
    """Return the section of a model that can be fed its own predictions. Raises UserError for any other."""
    section = data_section(run.compiled)
    if not isinstance(section, Windows) or run.record["classes"] is not None:
        message = "`--horizon` feeds predictions back as rows, which takes a model that forecasts the rows of a table"
        raise UserError.of("wrong-option", message, "leave it out, or train on `source: csv` with numbers to predict")
    unknown = [f"`{name}`" for name in run.record["features"] if name not in section.target]
    if unknown:
        message = f"`--horizon` feeds predictions back, but {', '.join(unknown)} is not predicted"
        help = "train a model whose `target` lists all its features"
        raise UserError.of("wrong-option", message, help)
    if section.ahead != 1:
        message = f"`--horizon` needs every row that follows, this model predicts from {section.ahead} rows ahead on"
        raise UserError.of("wrong-option", message, "train with `ahead: 1`")
    return section


def forecast(run: Opened, data: Path | None, horizon: int, decimals: int | None) -> Predictions:
    """Predict the rows behind a table's end, `horizon` of them for each group. Raises UserError."""
    section = check_feedback(run)
    path = data or section.files(run.compiled.folder)["test" if section.test else "train"][-1]
    ends = dict(_ends(run, section, path))
    windows = np.concatenate([samples_at(part.x, np.array([len(part) - 1])) for part in ends.values()])
    outputs = _fed_back(run, section, windows, horizon)
    ahead = np.tile(np.arange(1, horizon + 1), len(ends))
    named: dict[str, Any] = {section.group: np.repeat(list(ends), horizon)} if section.group else {}
    if not section.group:
        named = {"sample": _next_line(run, ends[""]) + ahead - 1}
    columns = {name: outputs[..., place].ravel() for place, name in enumerate(section.target)}
    return Predictions(outputs, rounded(pl.DataFrame({**named, "ahead": ahead, **columns}), decimals))


def _ends(run: Opened, section: Windows, path: Path) -> Iterator[tuple[str, Part]]:
    """Yield for each group its name and its windows, the last of which ends with its last row."""
    if section.group is None:
        yield "", file_part(run, path, future=True).part
        return
    with tempfile.TemporaryDirectory() as folder:
        alone = (Path(folder) / path.stem).with_suffix(".csv")
        for name, rows in _groups(section, path, section.group):
            rows.write_csv(alone)
            yield name, file_part(rewritten(run), alone, future=True).part


def _groups(section: Windows, path: Path, group: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the rows of each group, as they stand in the file. Raises UserError."""
    columns = file_columns(path, {("group",): group}, section)
    table = read_cells((path,), Wanted(texts=columns), section.na_values, section.skip, section.dialect).frame
    for (name,), rows in table.partition_by(group, as_dict=True).items():
        yield str(name), rows


def _next_line(run: Opened, part: Part) -> int:
    """Return the line behind the last; a window with an output a step is named by what its first row is followed by."""
    later = np.shape(part.x)[1] - 1 if run.compiled.plan.signature().per_step else 0
    return int(part.index[-1]) + later


def _fed_back(run: Opened, section: Windows, windows: Array, horizon: int) -> Array:
    """Return `(groups, horizon, targets)`."""
    file, targets = model_file(run.model), len(section.target)
    places = [section.target.index(name) for name in run.record["features"]]
    per_step, timesteps = run.compiled.plan.signature().per_step, windows.shape[1]
    rows = np.empty((len(windows), 0, targets), np.float32)
    while rows.shape[1] < horizon:
        outputs = file.outputs(windows)
        new = outputs[:, -1:] if per_step else outputs.reshape(len(windows), -1, targets)
        rows = np.concatenate([rows, new], axis=1)
        windows = np.concatenate([windows, new[..., places]], axis=1)[:, -timesteps:]
    return rows[:, :horizon]

"""Windows, parts and forecasts without a model on real series, recomputed from the file by NumPy and Polars alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tdcli.data.dataset import Dataset
from tdcli.data.load import LoadRequest
from tdcli.data.load import load as load_data
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.split import Split

TABLES = Path(__file__).parents[1] / "guess" / "tables"
TIMESTEPS = 6


def load(model: Callable[..., Signature], name: str, time: str, target: str, season: int, **keys: Any) -> Dataset:
    section = read_data_section(
        {"source": "csv", "path": f"{name}.csv", "time": time, "features": (target,), "target": target, **keys}
    )
    data = load_data(
        section, LoadRequest(TABLES, model(timesteps=TIMESTEPS), Split(validation=0.15, test=0.2), 0, judged=True)
    )
    assert data.fitted["season"] == season
    return data


def rmse(truth: Any, said: Any) -> float:
    return float(np.sqrt(np.mean((np.asarray(truth, float) - np.asarray(said, float)) ** 2)))


@pytest.mark.parametrize(
    ("name", "time", "target", "form", "season"),
    [
        ("airline-passengers", "Month", "Passengers", "%Y-%m", 12),
        ("retail-sales", "ds", "y", "%Y-%m-%d", 12),
        ("seattle-temps", "date", "temp", "%Y/%m/%d %H:%M", 24),
        ("nyc-taxi", "timestamp", "value", "%Y-%m-%d %H:%M:%S", 48),
    ],
)
def test_a_series_is_cut_and_judged_as_its_file_tells(
    model: Callable[..., Signature], name: str, time: str, target: str, form: str, season: int
) -> None:
    data = load(model, name, time, target, season)
    table = pl.read_csv(TABLES / f"{name}.csv")
    values, texts = table[target].to_numpy().astype(float), table[time].to_list()
    moments = [datetime.strptime(text, form) for text in texts]
    assert moments == sorted(moments)

    rows = range(len(values) - round(0.2 * len(values)), len(values))
    windows = np.array([values[row - TIMESTEPS : row] for row in rows])
    np.testing.assert_allclose(np.asarray(data.test.x)[..., 0], windows, rtol=1e-6)
    np.testing.assert_allclose(data.test.y.ravel(), values[rows.start :], rtol=1e-6)

    persistence = data.test.baselines["persistence"].ravel()
    assert rmse(data.test.y.ravel(), persistence) == pytest.approx(rmse(values[rows.start :], windows[:, -1]), rel=1e-5)

    row_of = {moment: row for row, moment in enumerate(moments)}
    seasonal = data.test.baselines[f"seasonal naive ({season:,} rows)"].ravel()
    before = [values[row_of.get(_season_before(moments[row], name, season), row - 1)] for row in rows]
    np.testing.assert_allclose(seasonal, before, rtol=1e-6)


def _season_before(moment: datetime, name: str, season: int) -> datetime:
    """Return the moment a season before; 24 hours where summer time left an hour out."""
    if season == 12:
        return moment.replace(year=moment.year - 1)
    return moment - season * (timedelta(hours=1) if name == "seattle-temps" else timedelta(minutes=30))


def test_series_of_different_lengths_are_cut_at_one_date(model: Callable[..., Signature]) -> None:
    data = load(model, "stocks", "date", "price", 1, group="symbol")
    table = pl.read_csv(TABLES / "stocks.csv").with_columns(pl.col("date").str.to_date("%b %d %Y"))
    cut = table["date"].sort()[len(table) - round(0.2 * len(table))]
    truth, said = [], []
    for rows in table.sort("date").partition_by("symbol", maintain_order=True):
        for place in np.flatnonzero((rows["date"] >= cut).to_numpy()):
            truth.append(rows["price"][int(place)])
            said.append(rows["price"][int(place) - 1])
    found = zip(data.test.y.ravel(), data.test.baselines["persistence"].ravel(), strict=True)
    np.testing.assert_allclose(sorted(found), sorted(zip(truth, said, strict=True)), rtol=1e-6)
    assert set(data.test.groups) == {"MSFT", "AMZN", "IBM", "GOOG", "AAPL"}

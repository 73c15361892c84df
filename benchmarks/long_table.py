"""A long table to read, and whole processes that read it: how long they take, and how much memory they hold."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

TIMESTEPS = 24
SPEC = f"""architecture:
  kind: many-to-one
  input: {{timesteps: {TIMESTEPS}, features: 4}}
  recurrent: {{units: 16}}
  outputs: 1
data: {{source: csv, path: table.csv, time: minute, features: [a, b, c, d], target: a}}
split: {{validation: 0.1, test: 0.1}}
"""
NUMBERS = 5
"""Of a row, its time among them."""


OF_POLARS = "_RJEM_MALLOC_CONF"
"""Polars leaves its settings of memory to the processes that this one starts."""


def written(folder: Path, rows: int) -> None:
    """Write the spec and a table of a time as text and four columns, as CSV and as Parquet."""
    rng, minute = np.random.default_rng(0), np.arange(rows)
    moments = pl.Series(np.datetime64("2000-01-01", "ms") + minute * np.timedelta64(60_000, "ms"))
    table = {
        "minute": moments.dt.strftime("%Y-%m-%d %H:%M"),
        "a": (np.sin(minute / 50) + rng.normal(size=rows) * 0.1).round(4),
        "b": (np.cumsum(rng.normal(size=rows)) * 0.01).round(3),
        "c": rng.integers(0, 100, rows),
        "d": rng.normal(size=rows).round(3),
    }
    pl.DataFrame(table).write_csv(folder / "table.csv")
    pl.DataFrame(table).write_parquet(folder / "table.parquet")
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")


def measured(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run Python to its end there; return its seconds, and the most memory that it held, in MB."""
    began = time.perf_counter()
    silent, own = subprocess.DEVNULL, {name: value for name, value in os.environ.items() if name != OF_POLARS}
    with subprocess.Popen([sys.executable, *arguments], cwd=folder, stdout=silent, stderr=silent, env=own) as process:
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments} ended with {status}")
    return time.perf_counter() - began, usage.ru_maxrss / 1000

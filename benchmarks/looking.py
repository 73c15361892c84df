"""`tdcli data` on a long table, against what one would write in pandas to see its columns.

python benchmarks/looking.py [--rows 10000000] [--runs 3]

Whole processes, in turn. The reference reads the file, counts missing cells and describes the columns; `tdcli data`
looks at the time axis, the parts, their drift, at leaks between them and of the target, at samples and a batch as well.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

SPEC = """architecture: {kind: many-to-one, input: {timesteps: 24, features: 4}, recurrent: {units: 16}, outputs: 1}
data: {source: csv, path: table.csv, order: minute, features: [a, b, c, d], target: a}
split: {validation: 0.1, test: 0.1}
"""
REFERENCE = "import pandas; table = pandas.read_csv('table.csv'); print(table.isna().sum(), table.describe())"


def written(folder: Path, rows: int) -> None:
    """Write the spec and a table of a time and four columns."""
    rng, minute = np.random.default_rng(0), np.arange(rows)
    table = {
        "minute": minute,
        "a": (np.sin(minute / 50) + rng.normal(size=rows) * 0.1).round(4),
        "b": (np.cumsum(rng.normal(size=rows)) * 0.01).round(3),
        "c": rng.integers(0, 100, rows),
        "d": rng.normal(size=rows).round(3),
    }
    pl.DataFrame(table).write_csv(folder / "table.csv")
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")


def measured(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run Python to its end there; return its seconds, and the most memory that it held, in MB."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{arguments} ended with {status}")
    return time.perf_counter() - began, usage.ru_maxrss / 1000


def main() -> None:
    """Print the median of each, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    commands = {"pandas": ("-c", REFERENCE), "tdcli data": ("-m", "tdcli", "data", "spec.yaml")}
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), given.rows)
        rounds = [[measured(Path(name), *command) for command in commands.values()] for _ in range(given.runs)]
    for place, command in enumerate(commands):
        seconds, memory = (statistics.median(each[place][figure] for each in rounds) for figure in (0, 1))
        ratio = statistics.median(each[place][0] / each[0][0] for each in rounds)
        print(f"{command:12} {seconds:6.1f} s, {ratio:.2f} times pandas, {memory:,.0f} MB at most")


if __name__ == "__main__":
    main()

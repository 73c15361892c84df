"""Windows over a long table, read and parted, against pandas and the usual loop that makes a list of them.

python benchmarks/windows.py [--rows 1000000] [--runs 3] [--alone]

Whole processes, in turn; memory is the most that a process held, and how many times the table's numbers in float64
that is. The loop needs rows x timesteps x columns numbers: beyond a few million rows `--alone` leaves it out.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from long_table import NUMBERS, TIMESTEPS, measured, written

LOADED = """
from pathlib import Path
from tdcli.services.specs.compile import compile_spec
from tdcli.services.samples.prepare import load_data
data = load_data(compile_spec(Path("spec.yaml"), ["data.path=table.%s"]))
assert len(data.train) and data.x_scaling is not None
"""
LOOP = f"""
import numpy as np, pandas as pd
table = pd.read_csv("table.csv").sort_values("minute")
values = table[["a", "b", "c", "d"]].to_numpy()
x, y = [], []
for start in range(len(values) - {TIMESTEPS}):
    x.append(values[start : start + {TIMESTEPS}])
    y.append(values[start + {TIMESTEPS}, 0])
x, y = np.array(x), np.array(y)
cut = int(len(x) * 0.8)
x = (x - x[:cut].mean(axis=(0, 1))) / x[:cut].std(axis=(0, 1))
"""


def main() -> None:
    """Print the median of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--alone", action="store_true")
    given = parser.parse_args()
    commands = {} if given.alone else {"pandas and a loop": ("-c", LOOP)}
    commands |= {f"tdcli, {name}": ("-c", LOADED % name) for name in ("csv", "parquet")}
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), given.rows)
        rounds = [[measured(Path(name), *command) for command in commands.values()] for _ in range(given.runs)]
    numbers = given.rows * NUMBERS * 8 / 1e6
    for place, command in enumerate(commands):
        seconds, memory = (statistics.median(each[place][figure] for each in rounds) for figure in (0, 1))
        times = statistics.median(each[0][0] / each[place][0] for each in rounds)
        held = f"{memory:,.0f} MB, {memory / numbers:.1f} times the numbers"
        print(f"{command:18} {seconds:7.1f} s, {times:5.1f} times as fast; {held}")


if __name__ == "__main__":
    main()

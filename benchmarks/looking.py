"""`tdcli data` on a long table, against what one would write in pandas to see its columns.

python benchmarks/looking.py [--rows 10000000] [--runs 3]

Whole processes, in turn. The reference reads the file, counts missing cells and describes the columns; `tdcli data`
looks at the time axis, the parts, their drift, at leaks between them and of the target, at samples and a batch as well.
"""

import argparse
import statistics
import tempfile
from pathlib import Path

from long_table import measured, written

REFERENCE = "import pandas; table = pandas.read_csv('table.csv'); print(table.isna().sum(), table.describe())"


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

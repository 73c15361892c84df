"""Whole processes: `tdcli train SPEC` against the script that `tdcli code SPEC` writes, imports included.

python benchmarks/training/processes.py [--runs 5]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases import SPECS
from timing import runs_wanted

NAMES = ("one_to_one", "many_to_one", "many_to_many")


def seconds(command: list[str], folder: Path) -> float:
    """Run a command to its end; modules are compiled once, as `pip` leaves them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env=environment)
    return time.perf_counter() - began


def table(runs: int) -> None:
    """Print a row for each model."""
    tdcli = [sys.executable, "-m", "tdcli"]
    print("| process | the script | `tdcli train` | times |\n| --- | --: | --: | --: |")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for spec in NAMES:
            path, script = str(SPECS / f"{spec}.yaml"), folder / f"{spec}.py"
            subprocess.run([*tdcli, "code", path, "-o", str(script)], check=True, capture_output=True)
            train = [*tdcli, "train", path]
            seconds([*train, "--set", "training.epochs=1"], folder)
            times = [(seconds([sys.executable, str(script)], folder), seconds(train, folder)) for _ in range(runs)]
            reference, ours = (statistics.median(each) for each in zip(*times, strict=True))
            print(f"| {spec} | {reference:.2f} | {ours:.2f} | {reference / ours:.1f} |", flush=True)


if __name__ == "__main__":
    table(runs_wanted(__doc__))

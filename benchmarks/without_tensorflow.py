"""What looks back at runs and predicts with exports, against predicting with the run itself, which loads TensorFlow.

python benchmarks/without_tensorflow.py [--runs 5]

Whole processes, in turn: a forecast of every row of the shipped temperatures, and the table of 1,000 runs.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "specs" / "data" / "daily-min-temperatures.csv"
MANY = 1000
KEPT = ("run.json", "metrics.json", "spec.yaml", "history.csv")


def tdcli(folder: Path, *arguments: object) -> float:
    """Run a command there to its end, and return its seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "tdcli", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return time.perf_counter() - began


def prepared(folder: Path) -> None:
    """Train a little, export, and make many runs of the one."""
    tdcli(folder, "train", ROOT / "specs" / "temperature.yaml", "--set", "training.epochs=1")
    for name in ("onnx", "litert"):
        tdcli(folder, "export", "runs/latest", "--format", name)
    run = folder / "runs" / "latest"
    for number in range(MANY):
        copy = folder / "many" / f"20260101-{number:06}-copy"
        copy.mkdir(parents=True)
        for name in KEPT:
            shutil.copy(run / name, copy)


def main() -> None:
    """Print the median of each command, and how many times as fast as the first it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    commands = {
        "predict runs/latest": ("predict", "runs/latest", "--data", DATA),
        "predict temperature.onnx": ("predict", "temperature.onnx", "--data", DATA),
        "predict temperature.tflite": ("predict", "temperature.tflite", "--data", DATA),
        f"runs, {MANY:,} of them": ("runs", "many"),
    }
    with tempfile.TemporaryDirectory() as name:
        prepared(Path(name))
        rounds = [[tdcli(Path(name), *command) for command in commands.values()] for _ in range(runs)]
    medians = [statistics.median(each) for each in zip(*rounds, strict=True)]
    for command, seconds in zip(commands, medians, strict=True):
        print(f"{command:28} {seconds:.2f} s, {medians[0] / seconds:.1f} times as fast")


if __name__ == "__main__":
    main()

"""Time what describes a model, as whole processes, against a Keras script that builds it and prints its summary.

python benchmarks/startup.py [--runs 10]
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
KERAS_SCRIPT = """
import keras
from keras import layers

model = keras.Sequential([
    keras.Input((10, 32, 32, 3)),
    layers.TimeDistributed(layers.Conv2D(32, 3, activation="relu")),
    layers.TimeDistributed(layers.MaxPooling2D(2)),
    layers.TimeDistributed(layers.Conv2D(64, 3, activation="relu")),
    layers.TimeDistributed(layers.MaxPooling2D(2)),
    layers.TimeDistributed(layers.Flatten()),
    layers.LSTM(128),
    layers.Dense(2, activation="softmax"),
])
model.summary()
"""
IMPORTS = "import typer, pydantic, rich.table, yaml"
TDCLI = [sys.executable, "-m", "tdcli"]
PROCESSES = {
    "Keras script": [sys.executable, "-c", KERAS_SCRIPT],
    "python -c pass": [sys.executable, "-c", "pass"],
    "typer, pydantic, rich, yaml": [sys.executable, "-c", IMPORTS],
    "tdcli --help": [*TDCLI, "--help"],
    "tdcli check": [*TDCLI, "check", "specs/cnn_lstm.yaml"],
    "tdcli summary": [*TDCLI, "summary", "specs/cnn_lstm.yaml"],
}


OWNERS = ("typer", "pydantic", "rich", "yaml", "tdcli")


def environment(folder: str) -> dict[str, str]:
    """Return the environment of an installed package: its modules are compiled already."""
    own = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder, "TF_CPP_MIN_LOG_LEVEL": "3"}
    return {**os.environ, **own}


def seconds(command: list[str], env: dict[str, str]) -> float:
    """Run a process to its end and return how long it took."""
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=env)
    return time.perf_counter() - began


def imports_of_summary(env: dict[str, str]) -> dict[str, float]:
    """Return the milliseconds that importing takes in a summary, by whose modules they are."""
    command = [sys.executable, "-X", "importtime", *TDCLI[1:], "summary", "specs/cnn_lstm.yaml"]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, env=env).stderr
    totals = dict.fromkeys([*OWNERS, "the standard library and others"], 0.0)
    for line in text.splitlines():
        found = re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s*(\S+)", line)
        if found:
            name = found[2].partition(".")[0].removesuffix("_core").removeprefix("_")
            totals[name if name in OWNERS else "the standard library and others"] += int(found[1]) / 1000
    return totals


def main() -> None:
    """Print the median of each process, and how many times faster than the Keras script it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in PROCESSES}
    with tempfile.TemporaryDirectory() as folder:
        env = environment(folder)
        for command in PROCESSES.values():
            seconds(command, env)
        for _ in range(runs):  # in turn, so that a slow minute hits all of them
            for name, command in PROCESSES.items():
                times[name].append(seconds(command, env))
        imports = imports_of_summary(env)
    reference = statistics.median(times["Keras script"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"{name:<30} {median:6.3f} s   {reference / median:5.1f} times as fast")
    print("importing, in a summary, under -X importtime:")
    for name, milliseconds in imports.items():
        print(f"  {name:<35} {milliseconds:5.0f} ms")


if __name__ == "__main__":
    main()

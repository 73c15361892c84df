"""Time `tdcli runs` over a folder of a thousand runs, as a whole process, against its start alone.

python benchmarks/many_runs.py [--runs 1000] [--times 5]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

RECORD = {
    "format": 1, "name": "temperature", "kind": "many-to-one", "parameters": 12_345, "state": "done",
    "started": "2026-01-01T00:00:00+0000", "monitor": "val_loss", "seed": 0, "classes": [f"c{n}" for n in range(50)],
}  # fmt: skip
FIGURES = dict.fromkeys(("loss", "val_loss", "mae", "val_mae"), 0.123456)
METRICS = {"epochs": 40, "best_epoch": 31, "seconds": 61.5, "best": FIGURES, "last": FIGURES}


def written(folder: Path, count: int) -> None:
    """Write as many runs as `tdcli train` would."""
    for number in range(count):
        run = folder / f"20260101-{number // 3600:02}{number // 60 % 60:02}{number % 60:02}-temperature"
        run.mkdir()
        (run / "run.json").write_text(json.dumps(RECORD), encoding="utf-8")
        (run / "metrics.json").write_text(json.dumps(METRICS), encoding="utf-8")


def processor_seconds(command: list[str], times: int) -> float:
    """Return the least processor time of a process in several."""
    found = []
    for _ in range(times):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""})
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--times", type=int, default=5)
    arguments = parser.parse_args()
    tdcli = [sys.executable, "-m", "tdcli"]
    with tempfile.TemporaryDirectory() as name:
        written(Path(name), arguments.runs)
        start = processor_seconds([*tdcli, "--version"], arguments.times)
        listed = processor_seconds([*tdcli, "runs", name], arguments.times)
    print(f"tdcli --version          {start:.2f} s of processor time")
    print(f"tdcli runs, {arguments.runs:,} of them {listed:.2f} s, {listed / start:.1f} times as long")


if __name__ == "__main__":
    main()

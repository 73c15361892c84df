"""Recurrent layers of our own against stock ones in the same training loop: the measurements behind its limits.

python benchmarks/training/recurrent.py [--runs 3]
"""

import statistics

from cases import PLAIN, Case, recurrent_spec
from ours import ours
from timing import runs_wanted

from tdcli.nn.model import recurrent
from tdcli.nn.runtime.tensorflow import keras
from tdcli.services.samples.prepare import prepare

# The cell, units, features, timesteps.
SIZES = (
    ("LSTM", 50, 8, 1),
    ("LSTM", 64, 8, 8),
    ("LSTM", 64, 8, 16),
    ("LSTM", 64, 8, 32),
    ("GRU", 64, 32, 32),
    ("LSTM", 128, 64, 100),
    ("LSTM", 128, 256, 100),
    ("LSTM", 128, 512, 100),
    ("LSTM", 128, 2304, 60),
)
WAYS = {"stock": (0, 10**9), "written out": (10**9, 10**9), "own gradient": (0, 0)}
"""`MAX_UNROLLED_STEPS` and `WIDE_INPUT_RATIO` that lead every layer this way; only an LSTM has its own gradient."""
LONGEST_WRITTEN_OUT = 32


def measured(case: Case, runs: int) -> dict[str, tuple[float, float]]:
    """Return the seconds of the first epoch, with its compilation, and of a later one."""
    times: dict[str, list[tuple[float, float]]] = {}
    with case.compiled() as compiled:
        data = prepare(compiled).data
        for _ in range(runs):
            for way, limits in WAYS.items():
                if way == "written out" and compiled.plan.input_shape[1] > LONGEST_WRITTEN_OUT:
                    continue
                recurrent.MAX_UNROLLED_STEPS, recurrent.WIDE_INPUT_RATIO = limits
                keras.backend.clear_session()
                seconds = ours(compiled, data)
                times.setdefault(way, []).append((seconds.first, seconds.epoch))
    return {
        way: (statistics.median(a for a, _ in each), statistics.median(b for _, b in each))
        for way, each in times.items()
    }


def table(runs: int) -> None:
    """Print a row for each size: seconds of the first epoch of 20 steps, and of a later one."""
    heads = [f"{way}: {kind}" for way in WAYS for kind in ("first", "epoch")]
    print(f"| layer | {' | '.join(heads)} |\n| --- | {' | '.join(['--:'] * len(heads))} |")
    for cell, units, features, steps in SIZES:
        case = Case("", recurrent_spec(cell, units, 32), 5, PLAIN, (640, steps, features))
        found = measured(case, runs)
        cells = [f"{figure:.4f}" for way in WAYS for figure in found.get(way, ())] if len(found) == len(WAYS) else None
        cells = cells or [f"{found[way][kind]:.4f}" if way in found else "-" for way in WAYS for kind in (0, 1)]
        print(f"| {cell}({units}), {features} features, {steps} steps | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    table(runs_wanted(__doc__, 3))

"""Time training against `model.fit` of Keras and eager PyTorch on the same model, data and batches, in turn.

python benchmarks/training [--runs 5] [--only WORD]

After the table come the share of the machine's arithmetic, the size of the graph, whole processes, and recurrent
layers alone; each is a script beside this one as well.

PyTorch is compared where it is installed: `pip install -e ".[benchmarks]"`.
"""

import argparse
import importlib.util
import statistics
from collections.abc import Callable, Iterator
from dataclasses import replace

import graph
import peak
import processes
import recurrent
from cases import CASES, Case
from keras_fit import fit
from ours import ours
from timing import Seconds

from tdcli.data.dataset import Dataset
from tdcli.nn.runtime.tensorflow import keras
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import Compiled

Way = Callable[[Compiled, Dataset], Seconds]


def ways(case: Case) -> dict[str, Way]:
    """Return who trains; PyTorch has no twin of the smallest models."""
    found: dict[str, Way] = {"fit": fit, "ours": ours}
    if case.epochs < 50 and importlib.util.find_spec("torch"):
        from pytorch import eager  # noqa: PLC0415 (an extra)

        found["PyTorch"] = eager
    return found


def medians(case: Case, runs: int) -> dict[str, Seconds]:
    """Return each way's medians, taken in turn."""
    with case.compiled() as compiled:
        data = prepare(compiled).data
        data = replace(data, validation=data.test) if case.validates else data
        times: dict[str, list[Seconds]] = {way: [] for way in ways(case)}
        for _ in range(runs):
            for way, measure in ways(case).items():
                keras.backend.clear_session()
                times[way].append(measure(compiled, data))
    return {way: Seconds(*map(statistics.median, zip(*found, strict=True))) for way, found in times.items()}


def rows(case: Case, runs: int) -> Iterator[tuple[str, str, float, float]]:
    """Yield what is measured, the reference, its seconds and ours."""
    found = medians(case, runs)
    mine = found.pop("ours")
    for way, seconds in found.items():
        for kind in ("all",) if case.epochs >= 50 else ("first", "epoch"):
            yield kind, way, getattr(seconds, kind), getattr(mine, kind)


def main() -> None:
    """Print a row for each measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    arguments = parser.parse_args()
    print("| case | measured | reference | seconds | `tdcli` | times |\n| --- | --- | --- | --: | --: | --: |")
    for case in (each for each in CASES if arguments.only in each.name):
        for kind, way, reference, mine in rows(case, arguments.runs):
            cells = (case.name, kind, way, f"{reference:.4f}", f"{mine:.4f}", f"{reference / mine:.1f}")
            print(f"| {' | '.join(cells)} |", flush=True)
    if not arguments.only:
        for table in (peak.table, graph.table, processes.table, recurrent.table):
            print()
            table(arguments.runs)


if __name__ == "__main__":
    main()

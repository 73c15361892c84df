"""Search `specs/indoor_movement.yaml` by `tdcli tune` and at random, for the same number of epochs.

    python benchmarks/tune.py --seeds 5 --trials 16 --epochs 8
    python benchmarks/tune.py --pruner hyperband                    # or halving, none

The budget is what random search trains: so many trials of so many epochs. What `tdcli tune` saves by ending bad trials
early it spends on more of them. The seed draws the settings; weights and parts are the same throughout, so that both
search the same figures.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from optuna.pruners import BasePruner, HyperbandPruner, NopPruner, SuccessiveHalvingPruner
from optuna.samplers import BaseSampler, RandomSampler

from tdcli.services.tune.results import StudyResults
from tdcli.services.tune.sampling import SeededByNumber
from tdcli.services.tune.search import run_search
from tdcli.services.tune.setup import SearchRequest

SPEC = Path(__file__).parents[1] / "specs" / "indoor_movement.yaml"
SETTINGS = ("training.batch_size=32", "split.validation=0.25")

Pruner = Callable[[int], BasePruner | None]
PRUNERS: dict[str, Pruner] = {
    "own": lambda epochs: None,
    "none": lambda epochs: NopPruner(),
    "hyperband": lambda epochs: HyperbandPruner(min_resource=1, max_resource=epochs),
    "halving": lambda epochs: SuccessiveHalvingPruner(min_resource=2),
}


def found(sampler: BaseSampler | None, pruner: BasePruner | None, trials: int, epochs: int) -> tuple[float, int, float]:
    """Search for the budget of `trials` whole trainings; return the best figure, the number of trials, and seconds."""
    began = time.perf_counter()
    settings = (*SETTINGS, f"training.epochs={epochs}")
    with tempfile.TemporaryDirectory() as folder:
        request = SearchRequest(SPEC, settings, trials, Path(folder))
        results = run_search(request, lambda *_: None, sampler, pruner).results
        while results.epochs < trials * epochs:
            request = replace(request, trials=request.trials + 1)
            results = run_search(request, lambda *_: None, sampler, pruner).results
    within = paid_for(results, trials * epochs)
    return within.ranked[0].value or 0.0, len(within.trials), time.perf_counter() - began


def paid_for(results: StudyResults, budget: int) -> StudyResults:
    """Return the study as far as the budget of epochs goes."""
    spent, kept = 0, []
    for each in results.trials:
        spent += each.epochs or 0
        if spent <= budget:
            kept.append(each)
    return replace(results, trials=tuple(kept))


def main() -> None:
    """Print a line a search, then the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--pruner", choices=list(PRUNERS), default="own")
    parser.add_argument("--only", choices=["tune", "random"], default=None)
    options = parser.parse_args()
    figures: dict[str, list[float]] = {"tune": [], "random": []}
    for seed in range(options.seeds):
        for name, values in figures.items():
            if options.only in (None, name):
                sampler = SeededByNumber(seed, RandomSampler) if name == "random" else SeededByNumber(seed)
                pruner = NopPruner() if name == "random" else PRUNERS[options.pruner](options.epochs)
                value, count, seconds = found(sampler, pruner, options.trials, options.epochs)
                values.append(value)
                print(f"seed {seed}, {name}: val_loss {value:.4f}, {count} trials, {seconds:.0f} s", flush=True)
    for name, values in figures.items():
        if values:
            print(f"{name}: median {statistics.median(values):.4f} of {options.seeds} seeds", flush=True)


if __name__ == "__main__":
    main()

"""Which settings a trial gets: Optuna's sampler over the spec's search section."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import FrozenTrial

from tdcli.spec.search import Range
from tdcli.text.yaml_writer import inline_yaml


def tree_parzen(seed: int) -> BaseSampler:
    """Return the Tree-structured Parzen Estimator (Bergstra et al. 2011), over all settings together."""
    return TPESampler(seed=seed)


class SeededByNumber(BaseSampler):
    """Draws from the seed and the trial's number alone, so that a study that was interrupted goes on as it would have.

    make: the sampler of a seed.
    """

    def __init__(self, seed: int, make: Callable[[int], BaseSampler] = tree_parzen) -> None:
        self.seed, self.make = seed, make

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Begin a trial."""
        own = np.random.SeedSequence([self.seed, trial.number]).generate_state(1)[0]
        self.sampler = self.make(int(own))
        return self.sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Draw all settings together."""
        return self.sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Draw one setting."""
        return self.sampler.sample_independent(study, trial, param_name, param_distribution)


def suggested(trial: optuna.Trial, space: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every path of the space."""
    return {path: _value(trial, path, searched) for path, searched in space.items()}


def _value(trial: optuna.Trial, path: str, searched: Any) -> Any:
    if not isinstance(searched, Range):
        return trial.suggest_categorical(path, [inline_yaml(each) for each in searched])
    low, high, step = searched.low, searched.high, searched.step
    if searched.is_whole:
        return trial.suggest_int(path, int(low), int(high), step=int(step or 1), log=searched.log)
    return trial.suggest_float(path, low, high, step=step, log=searched.log)


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as `--set` takes them; choices are YAML already, which Optuna keeps whatever they hold."""
    return {path: value if isinstance(value, str) else inline_yaml(value) for path, value in values.items()}

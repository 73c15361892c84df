"""Suggest the settings of a trial with Optuna's sampler, from the spec's `search` section."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import FrozenTrial

from tdcli.spec.search import Range
from tdcli.text.yaml_writer import to_inline_yaml


def tree_parzen(seed: int) -> BaseSampler:
    """Return the Tree-structured Parzen Estimator (Bergstra et al. 2011) for all settings together."""
    return TPESampler(seed=seed)


class SeededByNumber(BaseSampler):
    """Samples from the seed and the number of the trial only, so that an interrupted study continues unchanged.

    make_sampler: creates the sampler for a seed.
    """

    def __init__(self, seed: int, make_sampler: Callable[[int], BaseSampler] = tree_parzen) -> None:
        self.seed, self.make_sampler = seed, make_sampler

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Create a new sampler for each trial."""
        own = np.random.SeedSequence([self.seed, trial.number]).generate_state(1)[0]
        self.sampler = self.make_sampler(int(own))
        return self.sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: optuna.Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Sample all settings together."""
        return self.sampler.sample_relative(study, trial, search_space)

    def sample_independent(
        self, study: optuna.Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Sample one setting."""
        return self.sampler.sample_independent(study, trial, param_name, param_distribution)


def suggest_settings(trial: optuna.Trial, space: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every path of the space."""
    return {path: _suggest(trial, path, domain) for path, domain in space.items()}


def _suggest(trial: optuna.Trial, path: str, domain: Any) -> Any:
    if not isinstance(domain, Range):
        return trial.suggest_categorical(path, [to_inline_yaml(choice) for choice in domain])
    low, high, step = domain.low, domain.high, domain.step
    if domain.is_whole:
        return trial.suggest_int(path, int(low), int(high), step=int(step or 1), log=domain.log)
    return trial.suggest_float(path, low, high, step=step, log=domain.log)


def setting_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """Return settings in the form of `--set`. Choices are already YAML texts, since Optuna stores them that way."""
    return {path: value if isinstance(value, str) else to_inline_yaml(value) for path, value in values.items()}

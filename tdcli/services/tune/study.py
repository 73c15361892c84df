"""A study opened: a new one, or one that goes on, which must search the same."""

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.pruners import BasePruner, MedianPruner
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage, RDBStorage
from optuna.trial import FrozenTrial, TrialState

from tdcli.runs.study import StudyFolder
from tdcli.services.samples.fingerprints import fingerprints
from tdcli.services.specs.defaults import entries, flat
from tdcli.services.train.settings import differences
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.services.tune.sampling import SeededByNumber, texts
from tdcli.services.tune.setup import Searchable
from tdcli.services.tune.stale_trials import try_again
from tdcli.services.tune.storage import opened_storage, refuse_damaged
from tdcli.services.tune.trials import EPOCHS, FAILURE, NOT_NEEDED, PARAMETERS, REFUSED, SAME_AS
from tdcli.spec.training import sign
from tdcli.text.diagnostic import UserError

TOLD = "spec"
"""The study's attribute that says what it searches."""

MAY_CHANGE = ("name", "training.checkpoint")

LEAST_TO_PRUNE = 4
"""Trials trained to their end, before one is compared with their median."""

LEAST_FOR_IMPORTANCE = 4
"""Trials; of fewer nothing can be told."""


@dataclass(frozen=True)
class Search:
    """A study with its folder, and what it compares trials by."""

    study: optuna.Study
    storage: BaseStorage
    folder: StudyFolder
    monitor: str

    def close(self) -> None:
        """Let go of the storage's connections."""
        self.storage.remove_session()
        if isinstance(self.storage, RDBStorage):
            self.storage.engine.dispose()


def opened_study(
    base: Searchable, folder: StudyFolder, storage: str | None, sampler: BaseSampler | None = None,
    pruner: BasePruner | None = None,
) -> Search:  # fmt: skip
    """Open the study that has the spec's name. Raises UserError where it searches something else."""
    spec, monitor = base.compiled.spec, base.monitor
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    where = storage or f"sqlite:///{folder.database.resolve()}"
    kept = opened_storage(where, try_again)
    study = optuna.create_study(
        storage=kept,
        sampler=sampler or SeededByNumber(spec.training.seed),
        pruner=pruner or median_pruner(spec.training.epochs),
        study_name=spec.name,
        direction="maximize" if sign(monitor) > 0 else "minimize",
        load_if_exists=True,
    )
    refuse_damaged(study)
    _refuse_another(study, base)
    return Search(study, kept, folder, monitor)


def median_pruner(epochs: int) -> BasePruner:
    """Return what ends a trial that is worse than the median of the others, once a quarter of the epochs is over."""
    return MedianPruner(n_startup_trials=LEAST_TO_PRUNE, n_warmup_steps=epochs // 4)


def _refuse_another(study: optuna.Study, base: Searchable) -> None:
    now = _told(base)
    before = study.user_attrs.get(TOLD)
    if before is None:
        study.set_user_attr(TOLD, now)
        return
    changes = list(differences(before["settings"], now["settings"], MAY_CHANGE))
    changes += ["the data are other ones"] if before["files"] != now["files"] else []
    if changes:
        message = f"the study `{study.study_name}` searched something else: {'; '.join(changes)}"
        help = "take the changes back, or begin another study with `--studies DIR` or another `name`"
        why = "figures of different trainings cannot be compared"
        raise UserError.of("resume-mismatch", message, help, why=why)


def _told(base: Searchable) -> dict[str, Any]:
    """Return every value of the spec, and what tells its data files from others wherever they lie, as JSON has it."""
    settings = {each.dotted: each.value for each in flat(entries(base.compiled))}
    files = [each["sha256"] for each in fingerprints(base.data).values()]
    told: dict[str, Any] = json.loads(json.dumps({"settings": settings, "files": files}, default=str))
    return told


def results_of_study(search: Search, wanted: int) -> StudyResults:
    """Return what became of the trials so far."""
    trials = search.study.get_trials(deepcopy=False)
    results = tuple(_result(each) for each in trials if each.user_attrs.get(FAILURE) != NOT_NEEDED)
    maximize = search.study.direction is optuna.study.StudyDirection.MAXIMIZE
    return StudyResults(
        search.study.study_name, search.monitor, maximize, wanted, results, _importance(search.study, results)
    )


def _result(trial: FrozenTrial) -> TrialResult:
    attributes, state = trial.user_attrs, _STATES[trial.state]
    if state == "pruned" and REFUSED in attributes:
        state = "turned away"
    told: dict[str, Callable[[], str]] = {
        "turned away": lambda: str(attributes[REFUSED]),
        "failed": lambda: str(attributes.get(FAILURE, "its process was killed")),
    }
    return TrialResult(
        trial.number, state, texts(trial.params), trial.value, _seconds(trial), attributes.get(EPOCHS),
        attributes.get(PARAMETERS), told[state]() if state in told else "", attributes.get(SAME_AS),
    )  # fmt: skip


_STATES = {
    TrialState.COMPLETE: "trained",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "failed",
    TrialState.RUNNING: "running",
    TrialState.WAITING: "waiting",
}


def _seconds(trial: FrozenTrial) -> float | None:
    return round(trial.duration.total_seconds(), 3) if trial.duration else None


def _importance(study: optuna.Study, results: tuple[TrialResult, ...]) -> dict[str, float]:
    """Return the shares of PED-ANOVA (Watanabe et al. 2023), the largest first; none where all trials are alike."""
    if sum(each.state == "trained" for each in results) < LEAST_FOR_IMPORTANCE:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            return optuna.importance.get_param_importances(study)
        except UserWarning:
            return {}

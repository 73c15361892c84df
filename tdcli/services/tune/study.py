"""Open a new study, or an earlier one with the same spec, data and search."""

import json
import warnings
from dataclasses import dataclass
from typing import Any

import optuna
from optuna.pruners import BasePruner, MedianPruner
from optuna.samplers import BaseSampler
from optuna.storages import BaseStorage, RDBStorage

from tdcli.runs.stored import TrialState
from tdcli.runs.study import StudyFolder
from tdcli.services.samples.fingerprints import fingerprints
from tdcli.services.specs.defaults import leaf_entries, list_entries
from tdcli.services.train.settings import differences
from tdcli.services.tune.outcome import trial_results
from tdcli.services.tune.results import StudyResults, TrialResult
from tdcli.services.tune.sampling import SeededByNumber
from tdcli.services.tune.setup import SearchSetup
from tdcli.services.tune.stale_trials import queue_again
from tdcli.services.tune.storage import open_storage, refuse_damaged
from tdcli.spec.training import sign
from tdcli.text.errors import SpecError

SPEC_ATTRIBUTE = "spec"
"""The attribute of a study with the fingerprint of its spec and data."""

MUTABLE_SETTINGS = ("name", "training.checkpoint")
"""Settings that may change when a study is resumed."""

MIN_TRIALS_TO_PRUNE = 4
"""How many trials must be trained completely before others are compared with their median."""

MIN_TRIALS_FOR_IMPORTANCE = 4


@dataclass(frozen=True)
class OpenStudy:
    """A study with its storage, its folder, and the metric that trials are compared by."""

    study: optuna.Study
    storage: BaseStorage
    folder: StudyFolder
    monitor: str

    def close(self) -> None:
        """Close the connections of the storage."""
        self.storage.remove_session()
        if isinstance(self.storage, RDBStorage):
            self.storage.engine.dispose()


def open_study(
    setup: SearchSetup,
    folder: StudyFolder,
    storage: str | None,
    sampler: BaseSampler | None = None,
    pruner: BasePruner | None = None,
) -> OpenStudy:
    """Open the study with the name of the spec. Raises SpecError if it has another spec, search or other data."""
    spec = setup.compiled.spec
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    opened = open_storage(storage or f"sqlite:///{folder.database.resolve()}", queue_again)
    study = optuna.create_study(
        storage=opened,
        sampler=sampler or SeededByNumber(spec.training.seed),
        pruner=pruner or median_pruner(spec.training.epochs),
        study_name=spec.name,
        direction="maximize" if sign(setup.monitor) > 0 else "minimize",
        load_if_exists=True,
    )
    refuse_damaged(study)
    _refuse_another_search(study, setup)
    return OpenStudy(study, opened, folder, setup.monitor)


def median_pruner(epochs: int) -> BasePruner:
    """Return a pruner that stops trials worse than the median of the others after a quarter of the epochs."""
    return MedianPruner(n_startup_trials=MIN_TRIALS_TO_PRUNE, n_warmup_steps=epochs // 4)


def _refuse_another_search(study: optuna.Study, setup: SearchSetup) -> None:
    now = _fingerprint(setup)
    before = study.user_attrs.get(SPEC_ATTRIBUTE)
    if before is None:
        study.set_user_attr(SPEC_ATTRIBUTE, now)
        return
    changes = list(differences(before["settings"], now["settings"], MUTABLE_SETTINGS))
    changes += ["the data changed"] if before["files"] != now["files"] else []
    if changes:
        message = f"the study `{study.study_name}` cannot be resumed: {'; '.join(changes)}"
        help = "undo the changes, or start another study with `--studies DIR` or another `name`"
        why = "metrics of different trainings cannot be compared"
        raise SpecError.of("resume-mismatch", message, help, why=why)


def _fingerprint(setup: SearchSetup) -> dict[str, Any]:
    """Return every setting of the spec and the hashes of its data files, as JSON values."""
    settings = {setting.dotted: setting.value for setting in leaf_entries(list_entries(setup.compiled))}
    files = [file["sha256"] for file in fingerprints(setup.data).values()]
    fingerprint: dict[str, Any] = json.loads(json.dumps({"settings": settings, "files": files}, default=str))
    return fingerprint


def results_of_study(search: OpenStudy, wanted: int) -> StudyResults:
    """Return the trials so far, and the importance of each setting."""
    trials = trial_results(search.study)
    return StudyResults(
        name=search.study.study_name,
        monitor=search.monitor,
        maximize=search.study.direction is optuna.study.StudyDirection.MAXIMIZE,
        wanted=wanted,
        trials=trials,
        importance=_importance(search.study, trials),
    )


def _importance(study: optuna.Study, trials: tuple[TrialResult, ...]) -> dict[str, float]:
    """Return descending importances by PED-ANOVA (Watanabe et al. 2023), or nothing if all trials are equal."""
    if sum(trial.state is TrialState.TRAINED for trial in trials) < MIN_TRIALS_FOR_IMPORTANCE:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            return optuna.importance.get_param_importances(study)
        except UserWarning:
            return {}

"""Store the outcome of a trial in an Optuna study, and read it back."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import optuna
from optuna.trial import FrozenTrial
from optuna.trial import TrialState as OptunaState

from tdcli.runs.stored import TrialState
from tdcli.services.tune.results import TrialResult
from tdcli.services.tune.sampling import setting_texts

# The names of the attributes of a trial. They must not change, because existing studies use them.
REJECTION, FAILURE, EPOCHS, PARAMETERS, SAME_AS = "refused", "failure", "epochs", "parameters", "same as"

COUNTED_STATES = (OptunaState.COMPLETE, OptunaState.PRUNED)
"""Optuna's states of a trial that was trained. Rejected trials also have the state PRUNED."""


class TrialEnding(StrEnum):
    """How a trial ended in the process that ran it.

    Optuna stores interrupted and unneeded trials as failed, with these values as the reason.
    """

    TRAINED = "trained"
    PRUNED = "pruned"
    REJECTED = "rejected"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True)
class TrialOutcome:
    """The outcome of a trial.

    value: the monitored metric of the best epoch, if the trial was trained.
    reason: why the trial was rejected or failed.
    same_as: the number of an earlier trial with the same settings, whose value this one reuses.
    """

    ending: TrialEnding
    value: float | None = None
    epochs: int | None = None
    reason: str = ""
    same_as: int | None = None


def store_outcome(study: optuna.Study, trial: optuna.Trial, outcome: TrialOutcome) -> None:
    """Finish a trial. If another process marked it as stale, it stays failed, since its settings are queued again."""
    with suppress(optuna.exceptions.UpdateFinishedTrialError):
        for name, value in _attributes(outcome):
            trial.set_user_attr(name, value)
        study.tell(trial, outcome.value, _OPTUNA_STATES[outcome.ending], skip_if_finished=True)


_OPTUNA_STATES = {
    TrialEnding.TRAINED: OptunaState.COMPLETE,
    TrialEnding.PRUNED: OptunaState.PRUNED,
    TrialEnding.REJECTED: OptunaState.PRUNED,  # the sampler learns from pruned trials
    TrialEnding.FAILED: OptunaState.FAIL,
    TrialEnding.INTERRUPTED: OptunaState.FAIL,
    TrialEnding.NOT_NEEDED: OptunaState.FAIL,
}


def _attributes(outcome: TrialOutcome) -> Iterator[tuple[str, Any]]:
    if outcome.epochs is not None:
        yield EPOCHS, outcome.epochs
    if outcome.same_as is not None:
        yield SAME_AS, outcome.same_as
    if outcome.ending is TrialEnding.REJECTED:
        yield REJECTION, outcome.reason
    elif outcome.ending in (TrialEnding.INTERRUPTED, TrialEnding.NOT_NEEDED):
        yield FAILURE, outcome.ending.value
    elif outcome.reason:
        yield FAILURE, outcome.reason


def trial_results(study: optuna.Study) -> tuple[TrialResult, ...]:
    """Return the trials of a study, except those that were not needed."""
    trials = study.get_trials(deepcopy=False)
    return tuple(_trial_result(trial) for trial in trials if trial.user_attrs.get(FAILURE) != TrialEnding.NOT_NEEDED)


def _trial_result(trial: FrozenTrial) -> TrialResult:
    attributes, state = trial.user_attrs, _trial_state(trial)
    return TrialResult(
        number=trial.number,
        state=state,
        settings=setting_texts(trial.params),
        value=trial.value,
        seconds=round(trial.duration.total_seconds(), 3) if trial.duration else None,
        epochs=attributes.get(EPOCHS),
        parameters=attributes.get(PARAMETERS),
        reason=_trial_reason(state, attributes),
        same_as=attributes.get(SAME_AS),
    )


def _trial_state(trial: FrozenTrial) -> TrialState:
    return TrialState.REJECTED if _is_rejected(trial) else _STATES[trial.state]


_STATES = {
    OptunaState.COMPLETE: TrialState.TRAINED,
    OptunaState.PRUNED: TrialState.PRUNED,
    OptunaState.FAIL: TrialState.FAILED,
    OptunaState.RUNNING: TrialState.RUNNING,
    OptunaState.WAITING: TrialState.WAITING,
}


def _is_rejected(trial: FrozenTrial) -> bool:
    return trial.state is OptunaState.PRUNED and REJECTION in trial.user_attrs


def _trial_reason(state: TrialState, attributes: dict[str, Any]) -> str:
    if state is TrialState.REJECTED:
        return str(attributes[REJECTION])
    return str(attributes.get(FAILURE, "its process was killed")) if state is TrialState.FAILED else ""


def count_trials(
    study: optuna.Study,
    states: tuple[OptunaState, ...] = (*COUNTED_STATES, OptunaState.RUNNING),
    before: int | None = None,
) -> int:
    """Return how many trials count towards `--trials`. before: count only trials with a lower number."""
    trials = study.get_trials(deepcopy=False, states=states)
    return sum(REJECTION not in trial.user_attrs and (before is None or trial.number < before) for trial in trials)

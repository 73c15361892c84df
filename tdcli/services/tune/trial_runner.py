"""Run the trials of a study in this process."""

from collections.abc import Callable

import optuna
from optuna.trial import FrozenTrial, TrialState

from tdcli.services.samples.prepare import DatasetCache, Prepared, prepare
from tdcli.services.specs.compile import Compiled
from tdcli.services.tune.comparable import incomparability
from tdcli.services.tune.outcome import PARAMETERS, TrialEnding, TrialOutcome, count_trials
from tdcli.services.tune.sampling import setting_texts, suggest_settings
from tdcli.services.tune.setup import SearchSetup
from tdcli.services.tune.stale_trials import WORKER_ATTRIBUTE, this_process
from tdcli.spec.training import best_metric
from tdcli.text.errors import ExecutionError, SpecError

ShouldPrune = Callable[[int, float], bool]
"""Called with an epoch and the best value so far. Returns whether to stop the trial."""

TrainTrial = Callable[[Compiled, Prepared, ShouldPrune, Callable[[], bool]], TrialOutcome]
"""Trains one trial, like `trial_training.train_trial`."""


class TrialRunner:
    """Checks the settings that Optuna suggests for a trial, and trains those that pass.

    The data are read once, unless a setting changes which data are read. wanted: the number of trials of the study.
    should_stop: called during a training, returns whether to interrupt it. train_trial: None for that of
    `trial_training`.
    """

    def __init__(
        self, setup: SearchSetup, wanted: int, should_stop: Callable[[], bool], train_trial: TrainTrial | None = None
    ) -> None:
        self.setup, self.wanted, self.should_stop, self.train_trial = setup, wanted, should_stop, train_trial
        self.data = DatasetCache.seeded_with(setup.compiled, setup.data)

    def run(self, trial: optuna.Trial) -> TrialOutcome:
        """Run a trial. If an earlier trial has the same settings, its value is reused."""
        trial.set_user_attr(WORKER_ATTRIBUTE, this_process())
        try:
            prepared = self._prepare(suggest_settings(trial, self.setup.compiled.spec.search or {}))
            return prepared if isinstance(prepared, TrialOutcome) else self._run_prepared(trial, *prepared)
        except ExecutionError as failure:
            return TrialOutcome(TrialEnding.FAILED, reason=failure.diagnostics[0].message)

    def _prepare(self, settings: dict[str, object]) -> tuple[Compiled, Prepared] | TrialOutcome:
        """Return the inputs of a training, or the outcome of a rejected trial."""
        try:
            compiled = self.setup.compile_trial(setting_texts(settings))
            reason = self._mismatch(compiled) or self.setup.budget.excess(compiled)
            if reason:
                return TrialOutcome(TrialEnding.REJECTED, reason=reason)
            prepared = prepare(compiled, self.data.load)
        except SpecError as error:
            return TrialOutcome(TrialEnding.REJECTED, reason=error.diagnostics[0].message)
        reason = incomparability(self.setup, compiled, prepared.data)
        return TrialOutcome(TrialEnding.REJECTED, reason=reason) if reason else (compiled, prepared)

    def _mismatch(self, compiled: Compiled) -> str:
        monitor = best_metric(compiled.spec.training, has_validation=True)
        same = monitor == self.setup.monitor
        return "" if same else f"trials are compared by `{self.setup.monitor}`, not by `{monitor}`"

    def _run_prepared(self, trial: optuna.Trial, compiled: Compiled, prepared: Prepared) -> TrialOutcome:
        trial.set_user_attr(PARAMETERS, compiled.plan.parameters)
        if count_trials(trial.study, before=trial.number) >= self.wanted:
            return TrialOutcome(TrialEnding.NOT_NEEDED)
        earlier = _trained_with_same_settings(trial)
        if earlier is not None and earlier.value is not None:
            return TrialOutcome(TrialEnding.TRAINED, earlier.value, epochs=0, same_as=earlier.number)
        return self._train(compiled, prepared, _pruning(trial))

    def _train(self, compiled: Compiled, prepared: Prepared, should_prune: ShouldPrune) -> TrialOutcome:
        if self.train_trial is None:
            from tdcli.services.tune.trial_training import train_trial  # noqa: PLC0415 (rejected trials do not need TensorFlow)

            self.train_trial = train_trial
        return self.train_trial(compiled, prepared, should_prune, self.should_stop)


def _pruning(trial: optuna.Trial) -> ShouldPrune:
    def should_prune(epoch: int, value: float) -> bool:
        trial.report(value, epoch)
        return trial.should_prune()

    return should_prune


def _trained_with_same_settings(trial: optuna.Trial) -> FrozenTrial | None:
    """Return the first fully trained trial with the same settings, if any."""
    trained = trial.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((other for other in trained if other.params == trial.params), None)

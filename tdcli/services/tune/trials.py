"""The trials of a study in this process: settings from Optuna, checked by the plan, trained where they hold."""

from collections.abc import Callable

import optuna
from optuna.trial import FrozenTrial, TrialState

from tdcli.services.samples.prepare import DataOnce, Prepared, prepare
from tdcli.services.specs.compile import Compiled, compile_document
from tdcli.services.tune.comparable import incomparable
from tdcli.services.tune.sampling import suggested, texts
from tdcli.services.tune.setup import Request, Searchable
from tdcli.services.tune.stale_trials import WORKER, this_process
from tdcli.spec.load import load_document
from tdcli.spec.space import without_search
from tdcli.spec.training import monitored
from tdcli.text.diagnostic import UserError, WorkFailure

REFUSED, FAILURE, EPOCHS, PARAMETERS, SAME_AS = "refused", "failure", "epochs", "parameters", "same as"
"""The attributes of a trial that say what became of it."""

NOT_NEEDED = "not needed"
"""The failure of a trial that was begun when others had begun the last one."""

COUNTED = (TrialState.COMPLETE, TrialState.PRUNED)
"""What a trial that was trained came to; such trials count, unless they were turned away."""


class NotNeeded(Exception):
    """Other processes have begun as many trials as are wanted."""


class Trials:
    """What Optuna calls for each trial; the data are loaded once as long as nothing that shapes them changes.

    stops: asked while a trial is trained whether to leave it at that.
    """

    def __init__(self, request: Request, base: Searchable, stops: Callable[[], bool]) -> None:
        self.request, self.base, self.stops = request, base, stops
        self.data = DataOnce.having(base.compiled, base.data)
        self.number = 0

    def __call__(self, trial: optuna.Trial) -> float:
        """Try one set of settings; return the best epoch's figure, that of an earlier trial where it had the same.

        Raises TrialPruned where the validation curve, the plan or the budget say so, KeyboardInterrupt where it is
        to be left at that, WorkFailure where training fails, NotNeeded.
        """
        self.number = trial.number
        trial.set_user_attr(WORKER, this_process())
        compiled, prepared = self._prepared(trial)
        if counted(trial.study, before=trial.number) >= self.request.trials:
            trial.set_user_attr(FAILURE, NOT_NEEDED)
            raise NotNeeded
        same = _with_the_same_settings(trial)
        if same is not None and same.value is not None:
            trial.set_user_attr(SAME_AS, same.number)
            trial.set_user_attr(EPOCHS, 0)
            return same.value
        from tdcli.services.tune.trial_training import train_trial  # noqa: PLC0415 (a trial turned away needs no TensorFlow)

        def prunes(epoch: int, value: float) -> bool:
            trial.report(value, epoch)
            return trial.should_prune()

        try:
            tried = train_trial(compiled, prepared, prunes, self.stops)
        except WorkFailure as failure:
            trial.set_user_attr(FAILURE, failure.diagnostics[0].message)
            raise
        trial.set_user_attr(EPOCHS, tried.epochs)
        if tried.stopped and self.stops():
            trial.set_user_attr(FAILURE, "interrupted")
            raise KeyboardInterrupt
        if tried.stopped or tried.value is None:
            raise optuna.TrialPruned
        return tried.value

    def compiled(self, texts: dict[str, str]) -> Compiled:
        """Compile the spec with a trial's settings, and without its search section. Raises UserError."""
        settings = [*self.request.settings, *(f"{path}={text}" for path, text in texts.items())]
        return compile_document(without_search(load_document(self.request.spec, settings)))

    def _prepared(self, trial: optuna.Trial) -> tuple[Compiled, Prepared]:
        """Return what the trial's training needs; else say why it is turned away, which the sampler learns from."""
        try:
            compiled = self.compiled(texts(suggested(trial, self.base.compiled.spec.search or {})))
            refusal = self._refusal(compiled)
            if refusal:
                raise UserError.of("wrong-option", refusal)
            prepared = prepare(compiled, self.data.read)
            refusal = incomparable(self.base, compiled, prepared.data)
            if refusal:
                raise UserError.of("wrong-option", refusal)
        except UserError as error:
            trial.set_user_attr(REFUSED, error.diagnostics[0].message)
            raise optuna.TrialPruned from None
        trial.set_user_attr(PARAMETERS, compiled.plan.trainable + compiled.plan.non_trainable)
        return compiled, prepared

    def _refusal(self, compiled: Compiled) -> str:
        """Say why a sound spec is not trained: it costs too much, or would be judged by another figure."""
        monitor = monitored(compiled.spec.training, has_validation=True)
        if monitor != self.base.monitor:
            return f"trials are compared by `{self.base.monitor}`, not by `{monitor}`"
        return self.base.budget.refusal(compiled)


def _with_the_same_settings(trial: optuna.Trial) -> FrozenTrial | None:
    """Return the first trial that was trained to its end with a trial's settings."""
    trained = trial.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((each for each in trained if each.params == trial.params), None)


def counted(
    study: optuna.Study, states: tuple[TrialState, ...] = (*COUNTED, TrialState.RUNNING), before: int | None = None
) -> int:
    """Return how many trials count towards those that were asked for; `before`: of those with a lower number."""
    trials = study.get_trials(deepcopy=False, states=states)
    return sum(REFUSED not in each.user_attrs and (before is None or each.number < before) for each in trials)

"""Train according to the options: once, several times, or as one of several processes."""

import sys

from tdcli.services.train.callbacks import SILENT, Callbacks
from tdcli.services.train.train import Outcome, TrainOptions, WorkerOutcome, train_single, train_worker
from tdcli.services.train.train_repeats import RepeatedOutcome, train_repeated
from tdcli.services.train.workers import join_cluster
from tdcli.text.errors import SpecError


def start_training(
    options: TrainOptions, callbacks: Callbacks = SILENT
) -> Outcome | RepeatedOutcome | WorkerOutcome | None:
    """Train, and return the outcome, or None if the run is already finished.

    Raises SpecError for options that cannot be combined, and the errors of `train_single` and `train_repeated`.
    """
    _refuse_conflicts(options)
    if options.repeats:
        return train_repeated(options, callbacks)
    with join_cluster(options.workers, sys.argv[1:]) as worker:
        return (train_single if worker.is_chief else train_worker)(options, worker, callbacks)


def _refuse_conflicts(options: TrainOptions) -> None:
    named = "--run" if options.create_missing else "--resume"
    given = {named: options.run, "--from": options.start, "--log": options.logs, "--workers": options.workers}
    single = [name for name, value in given.items() if value]
    if "--from" in single and "--resume" in single:
        why = "`--resume` continues a run from its own checkpoint, and `--from` starts a new run from other weights"
        message = "`--from` and `--resume` cannot be combined"
        raise SpecError.of("wrong-option", message, "remove one of them", why=why)
    if options.repeats and single:
        message = f"`{single[0]}` cannot be combined with `--folds` or `--seeds`"
        raise SpecError.of("wrong-option", message, f"remove `{single[0]}`, or remove `--folds` and `--seeds`")

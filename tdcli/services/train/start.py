"""Train as options say: once, several times, or as one of several processes."""

import sys

from tdcli.services.train.callbacks import SILENT, Callbacks
from tdcli.services.train.train import Outcome, TrainOptions, WorkerOutcome, train_single, train_worker
from tdcli.services.train.train_repeats import RepeatedOutcome, train_repeated
from tdcli.services.train.workers import join_cluster
from tdcli.text.errors import SpecError


def start_training(
    options: TrainOptions, callbacks: Callbacks = SILENT
) -> Outcome | RepeatedOutcome | WorkerOutcome | None:
    """Train, and return what it left; None where the run is finished already.

    Raises SpecError for options that exclude each other, and what `train_single` and `train_repeated` raise.
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
        why = "a run goes on from its own checkpoint; from another run's weights a new one starts"
        message = "`--from` and `--resume` exclude each other"
        raise SpecError.of("wrong-option", message, "leave one of them out", why=why)
    if options.repeats and single:
        message = f"`{single[0]}` goes with a single training"
        raise SpecError.of("wrong-option", message, "leave it out, or `--folds` and `--seeds`")

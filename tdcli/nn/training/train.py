"""Train a plan: call the loop until it ends, report each call, and return what training left."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tdcli.data.dataset import Array, Dataset
from tdcli.nn.distributed.strategy import connect_replicas, translate_worker_loss
from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.cluster import ALONE, WorkerInfo
from tdcli.nn.runtime.memory import enough_memory
from tdcli.nn.runtime.tensorflow import set_seed
from tdcli.nn.runtime.types import KerasModel
from tdcli.nn.training.best import BestEpoch
from tdcli.nn.training.checkpoint import CheckpointTimer, EpochRow, State
from tdcli.nn.training.divergence import LossGrowth, Snapshots, explain_divergence
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.setup import build_loop
from tdcli.plan.plan import Plan
from tdcli.spec.objective import Objective
from tdcli.spec.training import Training
from tdcli.text.diagnostic import Diagnostic, ExecutionError

SECONDS_PER_CALL = 0.25
"""How long one graph call should last, so that the display moves and Ctrl-C is noticed."""

MAX_STEPS_PER_CALL = 2**31 - 1
"""TensorFlow counts them in 32 bits."""


@dataclass(frozen=True)
class EpochResult:
    """An epoch that ended: its results, with its number from 1 as `epoch`, and whether it is the best so far."""

    results: EpochRow
    best: bool


@dataclass(frozen=True)
class Progress:
    """How far training is: an epoch's number from 1, its steps done, and the epochs that the last call ended.

    warnings: what the last call found.
    """

    epoch: int
    step: int
    steps: int
    ended: tuple[EpochResult, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


@dataclass
class Trained:
    """What training left, or has reached: a core of stock layers, the best weights, the history.

    variables: everything that the loop changes, for `State`.
    """

    best: BestEpoch
    core: KerasModel = None
    history: list[EpochRow] = field(default_factory=list)
    variables: list[Array] = field(default_factory=list)
    interrupted: bool = False
    failure: ExecutionError | None = None

    def capture_weights(self, loop: Loop, plan: Plan) -> None:
        """Copy the loop's weights into the core."""
        self.core = self.core or build_core(plan)
        self.core.set_weights(loop.core.get_weights())

    def capture_state(self, loop: Loop) -> None:
        """Copy everything that the loop changes."""
        self.variables = [value.numpy() for value in loop.values()]


@enough_memory()
def train(
    plan: Plan, data: Dataset, training: Training, objective: Objective, class_weights: Array | None,
    on_progress: Callable[[Progress], None], on_checkpoint: Callable[[Trained], None] | None = None,
    state: State | None = None, should_stop: Callable[[], bool] = lambda: False, worker: WorkerInfo = ALONE,
    read_weights: Callable[[], Sequence[Array]] | None = None,
) -> Trained:  # fmt: skip
    """Train until the epochs are over, early stopping says so, Ctrl-C is pressed, or the loss is not finite.

    on_progress: called after each call of the graph. on_checkpoint: called when a checkpoint is due. state: where to
    continue. should_stop: asked between calls. worker: which of several processes this is; the state of the first one
    counts. read_weights: reads the weights to start from where there is no state; a checkpoint is written before the
    first step. Raises ExecutionError where another process is lost.
    """
    replicas = connect_replicas(worker, should_stop)
    weights = None if read_weights is None or state else read_weights()  # later than TensorFlow connects processes
    set_seed(training.seed, training.deterministic)
    with translate_worker_loss(replicas):
        loop = build_loop(plan, data, training, objective, class_weights, replicas, weights)
        trained = _restore(loop, state)
        snapshots, timer = Snapshots(loop), CheckpointTimer(training.checkpoint)
        if on_checkpoint and weights is not None:
            on_checkpoint(_capture(trained, loop, plan))
        try:
            for progress in _call_loop(loop, snapshots, timer):
                trained.history += [epoch.results for epoch in progress.ended]
                on_progress(progress)
                if on_checkpoint and loop.is_finite() and timer.is_due(progress.epoch):
                    with timer.timed_write(progress.epoch):
                        on_checkpoint(_capture(trained, loop, plan))
                if replicas.any_process(should_stop()):
                    trained.interrupted = loop.has_more()
                    break
        except KeyboardInterrupt:
            trained.history += _unrecorded_epochs(loop, trained.history)
            trained.interrupted = True
        _finish(trained, loop, training, snapshots)
        trained.capture_weights(loop, plan)
    return trained


def _restore(loop: Loop, state: State | None) -> Trained:
    """Put the loop where the state says, or all processes where the chief is."""
    if state is not None or loop.replicas.count > 1:
        loop.restore(state.variables if state else loop.values())
    return Trained(loop.best, history=list(state.history) if state else [])


def _capture(trained: Trained, loop: Loop, plan: Plan) -> Trained:
    trained.capture_weights(loop, plan)
    trained.capture_state(loop)
    return trained


def _call_loop(loop: Loop, snapshots: Snapshots, timer: CheckpointTimer) -> Iterator[Progress]:
    """Run graph calls of about SECONDS_PER_CALL until the loop has no more to do, none across a checkpoint."""
    count, growth = 1, LossGrowth()
    while loop.has_more():
        snapshots.take()
        until = timer.steps_until(int(loop.epoch), int(loop.position), loop.length)
        budget = loop.replicas.broadcast_int(count if until is None else max(1, min(count, until)))
        began = time.perf_counter()
        loop.advance(budget)
        per_step = (time.perf_counter() - began) / budget
        count = min(2 * count, max(1, int(SECONDS_PER_CALL / per_step)), MAX_STEPS_PER_CALL)
        ended = _epochs_ended(loop)
        warnings = growth.warnings(loop, [epoch.results for epoch in ended])
        yield Progress(int(loop.epoch), int(loop.position), loop.length, ended, warnings)


def _epochs_ended(loop: Loop) -> tuple[EpochResult, ...]:
    """Return the epochs that the last call ended, without the learning rate where it never changes."""
    results = loop.results
    names = loop.columns[:-1] if loop.has_schedule else loop.columns[:-2]
    first = int(loop.epoch) - len(results)
    rows = (dict(zip(names, map(float, row), strict=False)) for row in results)
    ended = enumerate(zip(rows, results[:, -1], strict=True), start=first)
    return tuple(EpochResult({"epoch": epoch, **row}, bool(improved)) for epoch, (row, improved) in ended)


def _unrecorded_epochs(loop: Loop, history: Sequence[EpochRow]) -> list[EpochRow]:
    """Return the epochs that ended in a call after which Ctrl-C came before they were written down."""
    return [epoch.results for epoch in _epochs_ended(loop) if epoch.results["epoch"] > len(history)]


def _finish(trained: Trained, loop: Loop, training: Training, snapshots: Snapshots) -> None:
    """Explain a loss that is not finite, and capture the state; then put the final weights in place as Keras does.

    These are the averaged ones, and after them the best ones where early stopping restores them.
    """
    if not loop.is_finite():
        trained.history.append(_diverged_epoch(loop))
        trained.failure = explain_divergence(loop, snapshots)
    trained.capture_state(loop)
    with loop.replicas.scope():
        loop.optimizer.finalize_variable_values(loop.core.trainable_variables)
    stopping = training.early_stopping
    if stopping and stopping.restore_best_weights and trained.best.weights is not None and not trained.interrupted:
        loop.core.set_weights(trained.best.weights)


def _diverged_epoch(loop: Loop) -> EpochRow:
    """Return the row of the epoch in which the loss stopped being finite."""
    names = [name for name in loop.columns[:-2] if name != "loss"]
    return {"epoch": int(loop.epoch), "loss": float(loop.train_totals.loss), **dict.fromkeys(names, np.nan)}

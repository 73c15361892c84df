"""Train a plan: call the loop until it ends, report progress after each call, and return the trained model."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tdcli.data.dataset import Array
from tdcli.nn.distributed.strategy import connect_replicas, translate_worker_loss
from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.cluster import ALONE, WorkerInfo
from tdcli.nn.runtime.memory import enough_memory
from tdcli.nn.runtime.tensorflow import seeded
from tdcli.nn.runtime.types import KerasModel
from tdcli.nn.training.best import BestEpoch
from tdcli.nn.training.callbacks import EpochResult, EpochRow, LoopCallbacks, Progress
from tdcli.nn.training.checkpoint import CheckpointTimer, State, Variables
from tdcli.nn.training.divergence import LossGrowth, Snapshots, explain_divergence
from tdcli.nn.training.epochs import EpochState
from tdcli.nn.training.inputs import TrainingInputs
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.setup import build_loop
from tdcli.nn.training.state import match_names, read_values, restore
from tdcli.plan.plan import Plan
from tdcli.spec.training import Training
from tdcli.text.errors import ExecutionError

SECONDS_PER_CALL = 0.25
"""Target duration of a graph call, so that the display is updated and Ctrl-C is noticed."""

MAX_STEPS_PER_CALL = 2**31 - 1
"""TensorFlow counts steps in 32 bits."""

SILENT = LoopCallbacks()


@dataclass
class Trained:
    """The result of a training, or its current state: a core of stock layers, the best weights and the history.

    variables: the values of all variables that training changes, for `State`.
    """

    best: BestEpoch
    core: KerasModel = None
    history: list[EpochRow] = field(default_factory=list)
    variables: Variables = field(default_factory=dict)
    interrupted: bool = False
    failure: ExecutionError | None = None

    def capture_weights(self, loop: Loop, plan: Plan) -> None:
        """Copy the loop's weights into the core."""
        self.core = self.core or build_core(plan)
        self.core.set_weights(loop.train_step.problem.core.get_weights())

    def capture_state(self, loop: Loop) -> None:
        """Copy the values of all variables that the loop changes."""
        self.variables = {name: value.numpy() for name, value in read_values(loop).items()}


@enough_memory()
def train(
    inputs: TrainingInputs,
    callbacks: LoopCallbacks = SILENT,
    *,
    on_checkpoint: Callable[[Trained], None] | None = None,
    state: State | None = None,
    worker: WorkerInfo = ALONE,
    read_weights: Callable[[], Sequence[Array]] | None = None,
) -> Trained:
    """Train until all epochs are done, early stopping ends the training, Ctrl-C is pressed, or the loss is not finite.

    on_checkpoint: called when a checkpoint is due. state: the state to resume from. worker: this process among those
    that train together; all of them start from the state of the first one. read_weights: reads the initial weights if
    there is no state; a checkpoint is then written before the first step. Raises ExecutionError if another process is
    lost.
    """
    plan, training = inputs.plan, inputs.training
    replicas = connect_replicas(worker, callbacks.should_stop)
    weights = None if read_weights is None or state else read_weights()  # after TensorFlow has connected the processes
    with translate_worker_loss(replicas), seeded(training.seed, training.deterministic):
        loop = build_loop(inputs, replicas, weights)
        trained = _restore(loop, state)
        snapshots, timer = Snapshots(loop), CheckpointTimer(training.checkpoint)
        columns = _columns_to_keep(loop, training)
        if on_checkpoint and weights is not None:
            on_checkpoint(_capture(trained, loop, plan))
        try:
            for progress in _call_loop(loop, snapshots, timer, columns):
                trained.history += [epoch.results for epoch in progress.ended]
                callbacks.on_progress(progress)
                if on_checkpoint and loop.epochs.is_finite() and timer.is_due(progress.epoch):
                    with timer.timed_write(progress.epoch):
                        on_checkpoint(_capture(trained, loop, plan))
                if replicas.any_process(callbacks.should_stop()):
                    trained.interrupted = bool(loop.epochs.has_more())
                    break
        except KeyboardInterrupt:
            trained.history += _unrecorded_epochs(loop, columns, len(trained.history))
            trained.interrupted = True
        _finish(trained, loop, training, snapshots)
        trained.capture_weights(loop, plan)
    return trained


def _restore(loop: Loop, state: State | None) -> Trained:
    """Restore the loop from the state. Without a state, copy the chief's variables to all processes."""
    if state is not None:
        restore(loop, match_names(state.variables, loop))
    elif loop.replicas.count > 1:
        restore(loop, read_values(loop))
    return Trained(loop.epochs.best, history=list(state.history) if state else [])


def _capture(trained: Trained, loop: Loop, plan: Plan) -> Trained:
    trained.capture_weights(loop, plan)
    trained.capture_state(loop)
    return trained


def _call_loop(loop: Loop, snapshots: Snapshots, timer: CheckpointTimer, columns: Sequence[str]) -> Iterator[Progress]:
    """Run graph calls of about SECONDS_PER_CALL until the loop ends. No call runs past the epoch of a checkpoint."""
    count, growth, epochs = 1, LossGrowth(), loop.epochs
    while epochs.has_more():
        snapshots.take()
        until = timer.steps_until(int(epochs.epoch), int(epochs.position), epochs.lengths.all)
        budget = loop.replicas.broadcast_int(count if until is None else max(1, min(count, until)))
        began = time.perf_counter()
        loop.advance(budget)
        per_step = (time.perf_counter() - began) / budget
        count = min(2 * count, max(1, int(SECONDS_PER_CALL / per_step)), MAX_STEPS_PER_CALL)
        ended = _epochs_ended(epochs, columns)
        warnings = growth.warnings(loop, [epoch.results for epoch in ended])
        yield Progress(int(epochs.epoch), int(epochs.position), epochs.lengths.all, ended, warnings)


def _columns_to_keep(loop: Loop, training: Training) -> tuple[str, ...]:
    """Return the columns of the history. The learning rate is included only if it changes."""
    *columns, _ = loop.epochs.columns
    return tuple(columns if training.schedule and training.schedule.name != "constant" else columns[:-1])


def _epochs_ended(epochs: EpochState, columns: Sequence[str]) -> tuple[EpochResult, ...]:
    """Return the epochs that the last call ended."""
    results = epochs.results
    first = int(epochs.epoch) - len(results)
    rows = (dict(zip(columns, map(float, row), strict=False)) for row in results)
    ended = enumerate(zip(rows, results[:, -1], strict=True), start=first)
    return tuple(EpochResult({"epoch": epoch, **row}, bool(improved)) for epoch, (row, improved) in ended)


def _unrecorded_epochs(loop: Loop, columns: Sequence[str], recorded: int) -> list[EpochRow]:
    """Return the epochs that ended in the last call and were not recorded because of Ctrl-C."""
    return [epoch.results for epoch in _epochs_ended(loop.epochs, columns) if epoch.results["epoch"] > recorded]


def _finish(trained: Trained, loop: Loop, training: Training, snapshots: Snapshots) -> None:
    """Explain a loss that is not finite, capture the state, and then set the final weights as Keras does.

    If the optimizer averages weights, these are the averages. If early stopping restores the best weights, they
    replace the averages.
    """
    if not loop.epochs.is_finite():
        trained.history.append(_diverged_epoch(loop.epochs))
        trained.failure = explain_divergence(loop, snapshots)
    trained.capture_state(loop)
    core = loop.train_step.problem.core
    with loop.replicas.scope():
        loop.train_step.optimizer.finalize_variable_values(core.trainable_variables)
    stopping = training.early_stopping
    if stopping and stopping.restore_best_weights and trained.best.weights is not None and not trained.interrupted:
        core.set_weights(trained.best.weights)


def _diverged_epoch(epochs: EpochState) -> EpochRow:
    """Return the row of the epoch in which the loss stopped being finite."""
    names = [name for name in epochs.columns[:-2] if name != "loss"]
    return {"epoch": int(epochs.epoch), "loss": float(epochs.train_totals.loss), **dict.fromkeys(names, np.nan)}

"""Training a plan: calls of the loop, what they brought, and what is left at the end."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset
from tdcli.nn.distributed.strategy import replicas_at, together
from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.cluster import ALONE, Place
from tdcli.nn.runtime.memory import enough_memory
from tdcli.nn.runtime.tensorflow import seeded
from tdcli.nn.training.best import Best
from tdcli.nn.training.checkpoint import Checkpoints, Row, State
from tdcli.nn.training.divergence import Growth, Snapshots, not_finite
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.setup import loop_of
from tdcli.plan.plan import Plan
from tdcli.spec.objective import Objective
from tdcli.spec.training import Training
from tdcli.text.diagnostic import Diagnostic, WorkFailure

SECONDS_PER_CALL = 0.25
"""How long one graph call should last, so that the display moves and Ctrl-C is heard."""

MOST_STEPS = 2**31 - 1
"""TensorFlow counts them in 32 bits."""


@dataclass(frozen=True)
class Ended:
    """An epoch that ended: its results, with its number from 1 as `epoch`, and whether it is the best so far."""

    results: Row
    best: bool


@dataclass(frozen=True)
class Progress:
    """Where training stands: an epoch's number from 1, its steps done, and the epochs that ended on the way.

    remarks: warnings of what happened on the way.
    """

    epoch: int
    step: int
    steps: int
    ended: tuple[Ended, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()


@dataclass
class Trained:
    """What training left, or has reached: a core of stock layers, the best weights, the history.

    variables: everything that the loop changes, for `State`.
    """

    best: Best
    core: Any = None
    history: list[Row] = field(default_factory=list)
    variables: list[Array] = field(default_factory=list)
    interrupted: bool = False
    failure: WorkFailure | None = None

    def taking(self, loop: Loop, plan: Plan) -> "Trained":
        """Return it with the loop's weights in the core."""
        self.core = self.core or build_core(plan)
        self.core.set_weights(loop.core.get_weights())
        return self

    def standing(self, loop: Loop) -> "Trained":
        """Return it with where the loop stands."""
        self.variables = [each.numpy() for each in loop.values()]
        return self


@enough_memory()
def train(
    plan: Plan, data: Dataset, training: Training, objective: Objective, class_weights: Array | None,
    show: Callable[[Progress], None], save: Callable[[Trained], None] | None = None,
    state: State | None = None, stops: Callable[[], bool] = lambda: False, place: Place = ALONE,
    weights: Callable[[], Sequence[Array]] | None = None,
) -> Trained:  # fmt: skip
    """Train until the epochs are over, early stopping says so, Ctrl-C is pressed, or the loss is not finite.

    save: takes what is reached whenever a checkpoint is due. state: where to go on from. stops: asked between
    calls whether to leave it at that. place: which of several processes this is; the first one's state holds.
    weights: reads those of the core to start from where there is no state; they are saved before the first step.
    Raises WorkFailure where another process is lost.
    """
    replicas = replicas_at(place, stops)
    given = None if weights is None or state else weights()  # not before: TensorFlow connects before all else
    seeded(training.seed, training.deterministic)
    with together(replicas):
        loop = loop_of(plan, data, training, objective, class_weights, replicas, given)
        return _trained(loop, plan, training, show, save, state, stops, at_once=given is not None)


def _trained(
    loop: Loop, plan: Plan, training: Training, show: Callable[[Progress], None],
    save: Callable[[Trained], None] | None, state: State | None, stops: Callable[[], bool], *, at_once: bool,
) -> Trained:  # fmt: skip
    trained = Trained(loop.best)
    if state is not None or loop.replicas.count > 1:
        loop.put(state.variables if state else loop.values())
        trained.history = list(state.history) if state else []
    snapshots, checkpoints = Snapshots(loop), Checkpoints(training.checkpoint)
    if save and at_once:
        save(trained.taking(loop, plan).standing(loop))
    try:
        for progress in _calls(loop, snapshots, checkpoints):
            trained.history += [each.results for each in progress.ended]
            show(progress)
            if save and loop.is_finite() and checkpoints.is_due(progress.epoch):
                with checkpoints.written(progress.epoch):
                    save(trained.taking(loop, plan).standing(loop))
            if loop.replicas.one_wishes(stops()):
                trained.interrupted = loop.goes_on()
                break
    except KeyboardInterrupt:
        trained.interrupted = True
    if not loop.is_finite():
        trained.history.append(_unfinished(loop))
        trained.failure = not_finite(loop, snapshots)
    trained.standing(loop)
    _finish(trained, loop, training)
    return trained.taking(loop, plan)


def _calls(loop: Loop, snapshots: Snapshots, checkpoints: Checkpoints) -> Iterator[Progress]:
    """Run graph calls of about SECONDS_PER_CALL until the loop has no more to do, none across a checkpoint."""
    count, growth = 1, Growth()
    while loop.goes_on():
        snapshots.take()
        until = checkpoints.steps_until(int(loop.epoch), int(loop.position), loop.length)
        budget = loop.replicas.agreed(count if until is None else max(1, min(count, until)))
        began = time.perf_counter()
        loop.advance(budget)
        per_step = (time.perf_counter() - began) / budget
        count = min(2 * count, max(1, int(SECONDS_PER_CALL / per_step)), MOST_STEPS)
        ended = _ended(loop)
        remarks = growth.remarks(loop, [each.results for each in ended])
        yield Progress(int(loop.epoch), int(loop.position), loop.length, ended, remarks)


def _ended(loop: Loop) -> tuple[Ended, ...]:
    """Return the epochs that the last call ended; a learning rate that never changes is not told."""
    results = loop.results
    names = loop.columns[:-1] if loop.has_schedule else loop.columns[:-2]
    first = int(loop.epoch) - len(results)
    rows = (dict(zip(names, map(float, row), strict=False)) for row in results)
    ended = enumerate(zip(rows, results[:, -1], strict=True), start=first)
    return tuple(Ended({"epoch": epoch, **row}, bool(improved)) for epoch, (row, improved) in ended)


def _unfinished(loop: Loop) -> Row:
    """Return the row of the epoch in which the loss stopped being finite."""
    names = [name for name in loop.columns[:-2] if name != "loss"]
    return {"epoch": int(loop.epoch), "loss": float(loop.trained.loss), **dict.fromkeys(names, np.nan)}


def _finish(trained: Trained, loop: Loop, training: Training) -> None:
    """Put averaged weights in place, then the best ones where early stopping wants that: Keras's order."""
    with loop.replicas.scope():
        loop.optimizer.finalize_variable_values(loop.core.trainable_variables)
    stopping = training.early_stopping
    if stopping and stopping.restore_best_weights and trained.best.weights is not None and not trained.interrupted:
        loop.core.set_weights(trained.best.weights)

"""Training a plan: epochs, the best weights, early stopping."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tdcli.data._dataset import Array, Dataset
from tdcli.nn.best import Best
from tdcli.nn.build import build_core, stock_core
from tdcli.nn.loop import Loop
from tdcli.nn.memory import enough_memory
from tdcli.nn.start import keras, seeded, tf
from tdcli.nn.tensors import tensors
from tdcli.plan.plan import Plan
from tdcli.spec._optimizers import Optimizer
from tdcli.spec.objective import Objective
from tdcli.spec.training import EarlyStopping, Training
from tdcli.text.diagnostic import WorkFailure

SECONDS_PER_CALL = 0.25
"""How long one graph call should last, so that the display moves and Ctrl-C is heard."""


@dataclass(frozen=True)
class Progress:
    """Where training stands: an epoch's number from 1, its steps done, and its results once it ended."""

    epoch: int
    step: int
    steps: int
    logs: dict[str, float] | None = None
    best: bool = False


@dataclass
class Trained:
    """What training left: the core, of stock layers, with its last weights, the best weights, the history."""

    core: Any
    best: Best
    history: list[dict[str, float]] = field(default_factory=list)
    interrupted: bool = False
    failure: WorkFailure | None = None


@enough_memory()
def train(
    plan: Plan, data: Dataset, training: Training, objective: Objective, class_weights: Array | None,
    show: Callable[[Progress], None],
) -> Trained:  # fmt: skip
    """Train until the epochs are over, early stopping says so, Ctrl-C is pressed, or the loss is not finite."""
    seeded(training.seed, training.deterministic)
    core = build_core(plan, folded=training.folded)
    loop = _loop(core, plan, data, training, objective, class_weights)
    trained = Trained(core, _best(training, data))
    try:
        for epoch in range(1, training.epochs + 1):
            for progress in _steps(loop, epoch):
                show(progress)
            show(_ended(trained, loop, epoch))
            if trained.failure or _is_enough(trained, training.early_stopping, epoch):
                break
    except KeyboardInterrupt:
        trained.interrupted = True
    loop.optimizer.finalize_variable_values(core.trainable_variables)
    trained.core = stock_core(core, plan) if training.folded else core
    return trained


def monitored(training: Training, has_validation: bool) -> str:
    """Return what "best" means: the spec's word, or the loss on the part that is not trained on."""
    stopping = training.early_stopping
    default = "val_loss" if has_validation else "loss"
    return (stopping and stopping.monitor) or training.monitor or default


def _best(training: Training, data: Dataset) -> Best:
    stopping = training.early_stopping
    return Best(monitored(training, data.validation is not None), stopping.min_delta if stopping else 0.0)


def _loop(
    core: Any, plan: Plan, data: Dataset, training: Training, objective: Objective, class_weights: Array | None
) -> Loop:
    integers = plan.input_dtype != "float32"
    validation = tensors(data.validation, data, None, integers) if data.validation is not None else None
    return Loop(
        core, keras_optimizer(training.optimizer), objective, tensors(data.train, data, class_weights, integers),
        training.batch_size, validation=validation, y_scaling=data.y_scaling, shuffle=training.shuffle,
        seed=training.seed,
    )  # fmt: skip


def keras_optimizer(optimizer: Optimizer) -> Any:
    """Return Keras's optimizer of that name with these arguments."""
    (title,) = (name for name in dir(keras.optimizers) if name.lower() == optimizer.name)
    return getattr(keras.optimizers, title)(**optimizer.arguments)


def _steps(loop: Loop, epoch: int) -> Iterator[Progress]:
    """Run an epoch in graph calls of about SECONDS_PER_CALL."""
    done, count = 0, 1
    while done < loop.steps:
        began = time.perf_counter()
        count = min(count, loop.steps - done)
        loop.run(tf.constant(epoch), tf.constant(done), tf.constant(count))
        done += count
        per_step = (time.perf_counter() - began) / count
        count = max(1, min(2 * count, int(SECONDS_PER_CALL / per_step)))
        yield Progress(epoch, done, loop.steps)


def _ended(trained: Trained, loop: Loop, epoch: int) -> Progress:
    """Take an epoch's results into the history; a loss that is not finite becomes the failure."""
    logs = loop.results()
    if loop.validation is not None:
        loop.validate()
        logs |= {f"val_{name}": value for name, value in loop.results().items()}
    trained.history.append({"epoch": epoch, **logs})
    if not math.isfinite(logs["loss"]):
        trained.failure = _not_finite(epoch, logs["loss"], float(loop.optimizer.learning_rate))
        return Progress(epoch, loop.steps, loop.steps, logs)
    return Progress(epoch, loop.steps, loop.steps, logs, trained.best.improved(epoch, logs, trained.core))


def _not_finite(epoch: int, loss: float, learning_rate: float) -> WorkFailure:
    message = f"the loss became {loss} in epoch {epoch}, at a learning rate of {learning_rate:g}"
    helps = (
        "clip the gradients: `optimizer: {name: adam, clipnorm: 1.0}`",
        "lower the learning rate, or scale the data: `scale: standard`",
    )
    why = "a step was so large that the weights left the range of 32-bit numbers"
    return WorkFailure.of("loss-not-finite", message, *helps, why=why)


def _is_enough(trained: Trained, stopping: EarlyStopping | None, epoch: int) -> bool:
    """Say whether early stopping ends training here; the best weights are put back if it wants that."""
    if stopping is None or trained.best.waited(epoch) < max(1, stopping.patience):
        return False
    if stopping.restore_best_weights and trained.best.weights is not None:
        trained.core.set_weights(trained.best.weights)
    return True

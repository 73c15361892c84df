"""The learning rate follows the formulas of Keras's documentation, in epochs."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.schedule import keras_optimizer
from tdcli.nn.training.setup import build_loop
from tdcli.spec.optimizers import OPTIMIZERS, read_optimizer

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(10, 3, 3)).astype("float32"), RNG.normal(size=(10, 2)).astype("float32")
DENSE = "{kind: layers, input: [3, 3], layers: [Flatten, {Dense: {units: 4, activation: tanh}}, {Dense: {units: 2}}]}"
GRU = "{kind: many-to-one, input: {timesteps: 3, features: 3}, recurrent: {cell: GRU, units: 4}, outputs: 2}"
RATE = 0.01


def described(schedule: str, epochs: int) -> str:
    """Return a training with this schedule, of three steps an epoch."""
    optimizer = f"optimizer: {{name: adam, learning_rate: {RATE}}}"
    return f"{{epochs: {epochs}, batch_size: 4, metrics: [], {optimizer}, schedule: {schedule}}}"


def loop_of(found: Any) -> Loop:
    return build_loop(found.inputs)


def history(problem: Callable[..., Any], schedule: str, epochs: int) -> list[dict[str, float]]:
    return problem(DENSE, described(schedule, epochs), x=X, y=Y).train().history  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("schedule", "after"),
    [
        ("cosine", lambda epoch: RATE * 0.5 * (1 + math.cos(math.pi * epoch / 8))),
        ("{name: cosine, alpha: 0.2}", lambda epoch: RATE * (0.2 + 0.8 * 0.5 * (1 + math.cos(math.pi * epoch / 8)))),
        (
            "{name: cosine, warmup: 2}",
            lambda epoch: RATE * (epoch / 2 if epoch <= 2 else 0.5 * (1 + math.cos(math.pi * (epoch - 2) / 6))),
        ),
        ("{name: cosine, warmup: 20}", lambda epoch: RATE * epoch / 8),  # no longer than the training
        ("{name: exponential, decay_rate: 0.5}", lambda epoch: RATE * 0.5**epoch),
        ("{name: exponential, decay_rate: 0.5, decay_epochs: 2}", lambda epoch: RATE * 0.5 ** (epoch / 2)),
        (
            "{name: exponential, decay_rate: 0.5, decay_epochs: 2, staircase: true}",
            lambda epoch: RATE * 0.5 ** (epoch // 2),
        ),
    ],
)
def test_the_rate_after_each_epoch_is_that_of_the_formula(
    schedule: str, after: Callable[[int], float], problem: Callable[..., Any]
) -> None:
    found = problem(DENSE, described(schedule, 8), x=X, y=Y)
    loop = loop_of(found)
    rates = []
    for epoch in range(1, 9):
        loop.train_step.optimizer.iterations.assign(epoch * loop.train.steps)
        rates.append(float(loop.train_step.optimizer.learning_rate))
    assert rates == pytest.approx([after(epoch) for epoch in range(1, 9)], rel=1e-4, abs=1e-9)


def test_steps_lower_the_rate_behind_their_epochs(problem: Callable[..., Any]) -> None:
    """Keras counts a boundary to the steps before it, so an epoch ends with the rate that it had.

    The rates are those that the history tells.
    """
    rates = [row["learning_rate"] for row in history(problem, "{name: step, boundaries: [2, 5], factor: 0.5}", 7)]
    assert rates == pytest.approx([RATE] * 2 + [RATE / 2] * 3 + [RATE / 4] * 2)


def test_a_constant_rate_is_not_told_every_epoch(problem: Callable[..., Any]) -> None:
    assert "learning_rate" not in history(problem, "constant", 1)[0]


@pytest.mark.parametrize(
    "arguments", ["patience: 2, factor: 0.5", "patience: 1, cooldown: 2, factor: 0.5, min_lr: 2e-3"]
)
def test_a_plateau_lowers_the_rate_as_the_callback_of_keras_does(arguments: str, problem: Callable[..., Any]) -> None:
    settings = f"min_delta: 0.05, monitor: loss, {arguments}"
    training = (
        f"{{epochs: 25, batch_size: 4, shuffle: false, metrics: [], optimizer: {{name: sgd, learning_rate: {RATE}}}"
    )
    found = problem(DENSE, f"{training}, schedule: {{name: plateau, {settings}}}}}", x=X, y=Y)
    schedule = found.compiled.spec.training.schedule
    callback = keras.callbacks.ReduceLROnPlateau(**schedule.model_dump(exclude={"name"}))
    rates: list[float] = []
    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: rates.append(logs["learning_rate"]))
    losses = found.fit(callbacks=[callback, told]).history["loss"]
    ours = found.train().history
    assert len(set(rates)) > 2
    assert [row["learning_rate"] for row in ours] == pytest.approx(rates, rel=1e-5)
    assert [row["loss"] for row in ours] == pytest.approx(losses, rel=1e-4)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_the_rate_that_an_optimizer_starts_with_is_that_of_keras(name: str) -> None:
    optimizer = read_optimizer(name)
    assert optimizer.learning_rate == pytest.approx(float(keras_optimizer(optimizer).learning_rate))


def test_half_precision_ends_near_full_precision_and_saves_full_precision(problem: Callable[..., Any]) -> None:
    full, *halves = (
        problem(GRU, f"{{epochs: 20, batch_size: 4, metrics: [], dtype_policy: {policy}}}", x=X, y=Y).train()
        for policy in ("float32", "mixed_float16", "mixed_bfloat16")
    )
    for half in halves:
        assert half.history[-1]["loss"] == pytest.approx(full.history[-1]["loss"], rel=0.05)
        assert half.history[-1]["loss"] != full.history[-1]["loss"]
        assert half.core(X).dtype == "float32"
        assert {layer.compute_dtype for layer in half.core.layers} == {"float32"}
    assert halves[0].history != halves[1].history


def test_half_precision_is_that_of_model_fit(problem: Callable[..., Any]) -> None:
    """Loss scaling included, which `compile` of Keras adds by itself."""
    training = "{epochs: 6, batch_size: 4, shuffle: false, metrics: [], dtype_policy: mixed_float16}"
    found = problem(GRU, training, x=X, y=Y)
    expected = found.fit(dtype_policy="mixed_float16")
    for optimizer in (expected.model.optimizer, loop_of(found).train_step.optimizer):
        assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    assert [row["loss"] for row in found.train().history] == pytest.approx(expected.history["loss"], rel=2e-3)


def test_xla_gives_the_same_training(problem: Callable[..., Any]) -> None:
    plain, compiled = (
        problem(GRU, f"{{epochs: 5, batch_size: 4, metrics: [], jit_compile: {each}}}", x=X, y=Y).train().history
        for each in ("false", "true")
    )
    assert [row["loss"] for row in compiled] == pytest.approx([row["loss"] for row in plain], rel=1e-4)

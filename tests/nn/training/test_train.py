"""Training gives what stock `model.fit` gives on the same batches."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.nn.batches.batches import Batches
from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.training.loop import Loop
from tdcli.nn.training.schedule import keras_optimizer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 3, 3)).astype("float32")
FRAMES = RNG.normal(size=(10, 3, 5, 5, 1)).astype("float32")
NUMBERS, CODES = RNG.normal(size=(10, 2)).astype("float32"), RNG.integers(0, 3, 10)
TOKENS = RNG.integers(0, 9, (10, 3)).astype("int32")
STEP_NUMBERS, STEP_CODES = RNG.normal(size=(10, 3, 2)).astype("float32"), RNG.integers(0, 3, (10, 3))

SOFTMAX = "{units: 3, activation: softmax}"
SEQUENCE = "input: {timesteps: 3, features: 3}, recurrent: {cell: LSTM, units: 4}"
GRU, SIMPLE = SEQUENCE.replace("LSTM", "GRU"), SEQUENCE.replace("LSTM", "SimpleRNN")
CNN = (
    "kind: cnn-lstm, input: {timesteps: 3, frame: [5, 5, 1]}, recurrent: {cell: GRU, units: 4},"
    " cnn: [{Conv2D: {filters: 2, kernel_size: 3}}, Flatten]"
)
CONV_LSTM = "kind: conv-lstm, input: {timesteps: 3, frame: [5, 5, 1]}, recurrent: {filters: 2, kernel_size: 3}"
LAYERS = (
    "kind: layers, input: [3, 3], layers: [{Conv1D: {filters: 4, kernel_size: 2, kernel_regularizer: l2}},"
    " BatchNormalization, {Bidirectional: {GRU: {units: 3}}}, {Dropout: {rate: 0.2}}, {Dense: {units: 2}}]"
)
DENSE = "{kind: layers, input: [3, 3], layers: [Flatten, {Dense: {units: 4, activation: tanh}}, {Dense: {units: 2}}]}"
CASES = {
    "one-to-one": (
        "{kind: one-to-one, input: {features: 3}, recurrent: {units: 4}, outputs: 2}",
        X[:, :1],
        NUMBERS,
        "",
    ),
    "many-to-one of numbers": (f"{{kind: many-to-one, {SEQUENCE}, outputs: 2}}", X, NUMBERS, "loss: huber"),
    "many-to-one of classes": (f"{{kind: many-to-one, {SIMPLE}, outputs: {SOFTMAX}}}", X, CODES, "optimizer: sgd"),
    "many-to-one of two classes": (
        f"{{kind: many-to-one, {SIMPLE}, outputs: {{units: 1, activation: sigmoid}}}}",
        X,
        CODES % 2,
        "optimizer: {name: adam, clipnorm: 0.1}",
    ),
    "many-to-many of numbers": (
        f"{{kind: many-to-many, {SEQUENCE}, outputs: 2}}",
        X,
        STEP_NUMBERS,
        "optimizer: {name: adam, use_ema: true}",
    ),
    "many-to-many of classes": (f"{{kind: many-to-many, {GRU}, outputs: {SOFTMAX}}}", X, STEP_CODES, ""),
    "cnn-lstm": (f"{{{CNN}, outputs: {SOFTMAX}}}", FRAMES, CODES, ""),
    "cnn-lstm with a class a frame": (
        f"{{{CNN}, return_sequences: true, outputs: {SOFTMAX}}}",
        FRAMES,
        STEP_CODES,
        "loss: categorical_crossentropy",
    ),
    "conv-lstm": (
        f"{{{CONV_LSTM}, outputs: {SOFTMAX}}}",
        FRAMES,
        CODES,
        "",
    ),
    "encoder-decoder": (
        (
            "{kind: encoder-decoder, input: {timesteps: 3, features: 3}, encoder: {cell: GRU, units: 4},"
            " decoder: {cell: SimpleRNN, units: 4}, output_timesteps: 2, outputs: 2}"
        ),
        X,
        STEP_NUMBERS[:, :2],
        "",
    ),
    "one-to-many with a class a step": (
        (
            f"{{kind: one-to-many, input: {{features: 3}}, output_timesteps: 3, recurrent: {{cell: GRU, units: 4}},"
            f" outputs: {SOFTMAX}}}"
        ),
        X[:, :1],
        STEP_CODES,
        "",
    ),
    "layers with residual blocks": (
        (
            "{kind: layers, input: [3, 3], layers: [{SimpleRNN: {units: 4, return_sequences: true}},"
            " {Residual: [{Dense: {units: 6, activation: tanh}}, {Residual: [LayerNormalization]},"
            " {Dense: {units: 4}}]}, Flatten, {Dense: {units: 2}}]}"
        ),
        X,
        NUMBERS,
        "",
    ),
    "layers over token numbers": (
        (
            "{kind: layers, input: {shape: [3], dtype: int32}, layers: [{Embedding: {input_dim: 9, output_dim: 4}},"
            " {SimpleRNN: {units: 4}}, {Dense: {units: 2}}]}"
        ),
        TOKENS,
        NUMBERS,
        "",
    ),
    "layers with penalties, averages and dropout": (f"{{{LAYERS}}}", X, NUMBERS, "optimizer: {name: rmsprop}"),
}


@pytest.mark.parametrize("case", CASES)
def test_twenty_epochs_end_where_model_fit_ends(case: str, problem: Callable[..., Any]) -> None:
    architecture, x, y, extra = CASES[case]
    training = f"{{epochs: 20, batch_size: 4, shuffle: false, seed: 3, {extra}}}"
    files = ", validation: {x: x.npy, y: y.npy}"
    found = problem(architecture, training, files, x=x, y=y)
    expected, trained = found.fit(), found.train()

    assert trained.history[0].keys() - {"epoch"} == expected.history.keys()
    for name, values in expected.history.items():
        np.testing.assert_allclose([row[name] for row in trained.history], values, rtol=1e-4, atol=1e-5, err_msg=name)
    for ours, theirs in zip(trained.core.get_weights(), expected.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)


OPTIMIZERS = [
    "name: adam, amsgrad: true",
    "name: adam, epsilon: 1e-3, beta_1: 0.5, beta_2: 0.9",
    "name: adam, gradient_accumulation_steps: 2",
    "name: adam, global_clipnorm: 0.05",
    "name: adam, clipvalue: 0.01",
    "name: adam, use_ema: true, ema_momentum: 0.5, ema_overwrite_frequency: 3",
    "name: adamw, weight_decay: 0.1",
    "name: sgd, momentum: 0.9, nesterov: true",
    "name: rmsprop, centered: true",
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_optimizers_update_as_in_model_fit(optimizer: str, problem: Callable[..., Any]) -> None:
    rated = f"optimizer: {{learning_rate: 0.01, {optimizer}}}"
    training = f"{{epochs: 6, batch_size: 4, shuffle: false, seed: 3, metrics: [], {rated}}}"
    found = problem(DENSE, training, x=X, y=NUMBERS)
    expected, trained = found.fit(), found.train()
    np.testing.assert_allclose([row["loss"] for row in trained.history], expected.history["loss"], rtol=1e-4)
    for ours, theirs in zip(trained.core.get_weights(), expected.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("output", "weights"),
    [("units: 3, activation: softmax", {0: 1.0, 1: 5.0, 2: 0.5}), ("units: 1, activation: sigmoid", {0: 1.0, 1: 5.0})],
)
def test_class_weights_count_in_the_loss_as_fit_counts_them(
    output: str, weights: dict[int, float], problem: Callable[..., Any]
) -> None:
    architecture = f"{{kind: layers, input: [3, 3], layers: [Flatten, {{Dense: {{{output}}}}}]}}"
    training = f"{{epochs: 5, batch_size: 4, shuffle: false, metrics: [], class_weight: {weights}}}"
    found = problem(architecture, training, x=X, y=CODES % len(weights))
    expected = found.fit(class_weight=weights).history["loss"]
    np.testing.assert_allclose([row["loss"] for row in found.train().history], expected, rtol=1e-4)


def test_balanced_weights_are_those_of_the_formula(problem: Callable[..., Any]) -> None:
    architecture = f"{{kind: many-to-one, {SEQUENCE}, outputs: {SOFTMAX}}}"
    found = problem(architecture, "{class_weight: balanced}", x=X, y=np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 2]))
    np.testing.assert_allclose(found.prepared.class_weights, [10 / 18, 10 / 9, 10 / 3], rtol=1e-6)


def test_class_weights_of_steps_count_each_real_step(problem: Callable[..., Any]) -> None:
    architecture = f"{{kind: many-to-many, {SIMPLE}, outputs: {SOFTMAX}}}"
    lengths = np.array([3, 2, 1, 3, 1, 3, 2, 3, 2, 3])
    training = (
        "{epochs: 1, batch_size: 10, optimizer: {name: sgd, learning_rate: 0}, class_weight: {0: 1, 1: 5, 2: 0.5}}"
    )
    found = problem(architecture, training, x=X, y=STEP_CODES, lengths=lengths)
    trained = found.train()
    real = np.arange(3) < lengths[:, None]
    outputs = trained.core(X, mask=real).numpy()
    each = -np.log(np.take_along_axis(outputs, STEP_CODES[..., None], axis=-1))[..., 0]
    by_hand = (each * np.array([1, 5, 0.5])[STEP_CODES])[real].sum() / real.sum()
    assert trained.history[0]["loss"] == pytest.approx(by_hand, rel=1e-5)
    right = (outputs.argmax(axis=-1) == STEP_CODES)[real]
    assert trained.history[0]["accuracy"] == pytest.approx(right.mean(), rel=1e-6)


def weights_after(problem: Callable[..., Any], seed: int) -> list[Any]:
    """Train what the seed decides about: first weights, order, dropout."""
    layers = "{Conv1D: {filters: 4, kernel_size: 2}}, BatchNormalization, {Dropout: {rate: 0.2}}, Flatten"
    architecture = f"{{kind: layers, input: [3, 3], layers: [{layers}, {{Dense: {{units: 2}}}}]}}"
    training = f"{{epochs: 3, batch_size: 4, metrics: [], seed: {seed}}}"
    return problem(architecture, training, x=X, y=NUMBERS).train().core.get_weights()  # type: ignore[no-any-return]


def test_the_seed_decides_every_bit_of_the_weights(problem: Callable[..., Any]) -> None:
    first, again, other = (weights_after(problem, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_early_stopping_keeps_the_best_weights(problem: Callable[..., Any]) -> None:
    training = "{epochs: 50, batch_size: 10, early_stopping: {monitor: loss, patience: 2},"
    training += " optimizer: {name: sgd, learning_rate: 0}}"
    trained = problem(DENSE, training, x=X, y=NUMBERS).train()
    assert len(trained.history) == 3  # the first, and two that were no better
    assert trained.best.epoch == 1


def test_a_loss_that_is_not_finite_ends_training_with_the_epochs_before(problem: Callable[..., Any]) -> None:
    training = "{epochs: 9, batch_size: 10, loss: mse, optimizer: {name: sgd, learning_rate: 1e38}}"
    trained = problem(DENSE, training, x=X, y=NUMBERS * 1e3).train()
    assert trained.failure is not None
    assert trained.failure.exit_code == 1
    epoch = len(trained.history)
    assert f"in epoch {epoch}, at a learning rate of 1e+38" in trained.failure.diagnostics[0].message
    assert trained.best.weights is None  # the first step had already ruined them


def test_the_largest_gradient_before_a_failure_is_named(problem: Callable[..., Any]) -> None:
    """Plain gradient descent at 1e20, by hand: the second step's gradient is the last that is a number."""
    architecture = "{kind: layers, input: [1, 3], layers: [Flatten, {Dense: {units: 1, use_bias: false}}]}"
    training = "{epochs: 9, batch_size: 10, loss: mse, optimizer: {name: sgd, learning_rate: 1e20}}"
    found = problem(architecture, training, x=X[:, :1], y=NUMBERS[:, :1])
    keras.utils.set_random_seed(0)
    kernel = build_core(found.compiled.plan).get_weights()[0].astype("float64")
    for _ in range(2):
        gradient = 2 * X[:, 0].T @ (X[:, 0] @ kernel - NUMBERS[:, :1]) / 10
        kernel -= 1e20 * gradient
    failure = found.train().failure
    assert failure is not None
    largest = f"the largest gradient was {np.abs(gradient).max():.3g}, that of `dense/kernel`"
    assert largest in failure.diagnostics[0].why


def test_a_loss_that_grew_a_millionfold_is_remarked_on_once(problem: Callable[..., Any]) -> None:
    """The same descent by hand says in which epoch that is."""
    architecture = "{kind: layers, input: [1, 3], layers: [Flatten, {Dense: {units: 1, use_bias: false}}]}"
    training = "{epochs: 9, batch_size: 10, loss: mse, optimizer: {name: sgd, learning_rate: 5.0}}"
    found = problem(architecture, training, x=X[:, :1], y=NUMBERS[:, :1])
    keras.utils.set_random_seed(0)
    kernel, losses = build_core(found.compiled.plan).get_weights()[0].astype("float64"), []
    for _ in range(9):
        off = X[:, 0] @ kernel - NUMBERS[:, :1]
        losses.append(float((off**2).mean()))
        kernel -= 5.0 * 2 * X[:, 0].T @ off / 10
    epoch = next(place for place, loss in enumerate(losses) if loss > 1e6 * losses[0])
    told: list[Any] = []
    assert found.train(show=lambda progress: told.extend(progress.warnings)).failure is None
    (remark,) = told
    assert (remark.name, remark.severity) == ("loss-not-finite", "warning")
    grew = f"the loss grew from {losses[0]:.3g} to {losses[epoch]:.3g} by epoch {epoch + 1}"
    assert remark.message == f"{grew}, more than a millionfold"


def test_a_loss_that_falls_is_not_remarked_on(problem: Callable[..., Any]) -> None:
    told: list[Any] = []
    problem(DENSE, "{epochs: 3}", x=X, y=NUMBERS).train(show=lambda progress: told.extend(progress.warnings))
    assert told == []


def test_more_epochs_than_a_call_may_end_are_all_told(
    problem: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdcli.nn.training.epochs.MAX_EPOCHS_PER_CALL", 3)
    history = problem(DENSE, "{epochs: 20, batch_size: 10}", x=X, y=NUMBERS).train().history
    assert [row["epoch"] for row in history] == list(range(1, 21))


def test_epochs_that_ended_before_an_interrupt_is_noticed_are_kept(
    problem: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python raises the interrupt when the call of the graph returns, and nothing is written down yet."""
    advance = Loop.advance

    def interrupted(loop: Loop, budget: int) -> None:
        advance(loop, budget)
        if loop.epochs.epoch > 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Loop, "advance", interrupted)
    trained = problem(DENSE, "{epochs: 50, batch_size: 10}", x=X, y=NUMBERS).train()
    assert trained.interrupted
    assert len(trained.history) == trained.best.epoch >= 3


def test_an_interrupt_keeps_what_was_reached(problem: Callable[..., Any]) -> None:
    found = problem(DENSE, "{epochs: 50, batch_size: 10}", x=X, y=NUMBERS)

    def interrupt(progress: Any) -> None:
        if any(each.results["epoch"] >= 3 for each in progress.ended):
            raise KeyboardInterrupt

    trained = found.train(show=interrupt)
    assert trained.interrupted
    reached = len(trained.history)
    assert 3 <= reached < 50
    assert [row["epoch"] for row in trained.history] == list(range(1, reached + 1))
    assert trained.best.epoch == reached


def test_a_batch_larger_than_all_samples_is_all_samples(problem: Callable[..., Any]) -> None:
    one = tf.ones(10)
    assert {Batches(Tensors(one, one, one), size).batch_size for size in (10, 11, 2**31 - 1, 10**15)} == {10}
    files = ", validation: {x: x.npy, y: y.npy}"
    expected, found = (
        problem(DENSE, f"{{epochs: 2, batch_size: {size}}}", files, x=X, y=NUMBERS).train().history
        for size in (10, 10**25)
    )
    assert found == expected


def test_every_epoch_has_an_order_of_its_own_where_keras_repeats_the_first() -> None:
    """What `docs/training.md` says of Keras under a seed."""
    orders = []

    class Noted(keras.layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            orders.append(np.asarray(x)[:, 0].tolist())
            return x

    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((1,)), Noted(), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=True)
    orders.clear()
    samples = np.arange(8.0)[:, None]
    model.fit(samples, samples, batch_size=8, epochs=3, verbose=0)
    assert orders[0] != sorted(orders[0])
    assert orders[0] == orders[1] == orders[2]

    one = tf.ones(8)
    batches = Batches(Tensors(one, one, one, None, one, one, None), batch_size=4, shuffle=True, seed=1)
    ours = [batches.order(tf.constant(epoch), None).numpy().tolist() for epoch in (1, 2, 1)]
    assert ours[0] == ours[2] != ours[1]
    assert sorted(ours[0]) == sorted(ours[1]) == list(range(8))


@pytest.mark.parametrize("shuffle", [True, False])
def test_every_sample_is_seen_once_an_epoch(shuffle: bool) -> None:
    numbers = tf.range(10.0)
    batches = Batches(Tensors(numbers, numbers, tf.ones(10)), batch_size=3, shuffle=shuffle, seed=0)
    for epoch in (1, 2):
        order = batches.order(tf.constant(epoch), None)
        seen = [batches.batch(order, tf.constant(step)).samples.x.numpy() for step in range(batches.steps)]
        assert [len(each) for each in seen] == [3, 3, 3, 1]
        assert sorted(np.concatenate(seen)) == list(range(10))
        assert shuffle == (sorted(order.numpy()) != order.numpy().tolist())


def test_the_loss_of_an_epoch_is_the_mean_over_all_samples_in_whatever_order(problem: Callable[..., Any]) -> None:
    """With a learning rate of 0 the samples meet the same weights, and the last batch has one sample."""
    for shuffle in ("true", "false"):
        still = f"{{epochs: 2, batch_size: 3, shuffle: {shuffle}, optimizer: {{name: sgd, learning_rate: 0}}}}"
        trained = problem(DENSE, still, x=X, y=NUMBERS).train()
        by_hand = ((trained.core(X).numpy() - NUMBERS) ** 2).mean()
        assert [row["loss"] for row in trained.history] == pytest.approx([by_hand] * 2, rel=1e-5)


AT_THE_LIMIT = [
    *((key, value) for key in ("momentum", "ema_momentum", "rho", "beta_1", "beta_2") for value in (0, 1)),
    *((key, 0) for key in ("learning_rate", "weight_decay", "epsilon", "learning_rate_power", "beta", "clipnorm")),
    *((key, 0) for key in ("initial_accumulator_value", "l1_regularization_strength", "l2_regularization_strength")),
    ("gradient_accumulation_steps", 2),
    ("ema_overwrite_frequency", 1),
]


def test_keras_knows_every_optimizer_loss_and_metric_by_the_names_of_a_spec() -> None:
    from tdcli.nn.training.objective import Metrics
    from tdcli.spec.losses import LOSSES, METRICS
    from tdcli.spec.objective import Objective
    from tdcli.spec.optimizers import OPTIMIZERS, Optimizer, argument_names, read_optimizer

    for name in OPTIMIZERS:
        config = keras_optimizer(Optimizer(name=name, arguments={})).get_config()
        assert set(argument_names(name)) <= config.keys(), name
        for key, value in AT_THE_LIMIT:
            if key in argument_names(name) and (name, key, value) != ("lion", "beta_1", 0):
                keras_optimizer(read_optimizer({"name": name, key: value}))
    assert all(callable(keras.losses.get(name)) for name in LOSSES)
    assert len(Metrics(Objective("mse", tuple(METRICS), classes=True, units=3)).metrics) == len(METRICS)

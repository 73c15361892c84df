"""Padded steps do not exist: loss, metrics and gradients are the same whatever stands in them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.nn.batches.tensors import Tensors, build_tensors
from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.training.objective import loss_sum

RNG = np.random.default_rng(1)
LENGTHS = np.array([6, 2, 4, 1, 6, 3])
REAL = np.arange(6) < LENGTHS[:, None]
X = RNG.normal(size=(6, 6, 3)).astype("float32")
STEP_NUMBERS, STEP_CODES = RNG.normal(size=(6, 6, 2)).astype("float32"), RNG.integers(0, 3, (6, 6))
CODES, NUMBERS = RNG.integers(0, 2, 6), RNG.normal(size=6).astype("float32")

CASES = {
    "a label a sequence": ("{kind: many-to-one, outputs: {units: 1, activation: sigmoid}, ", CODES),
    "numbers a step": ("{kind: many-to-many, outputs: 2, ", STEP_NUMBERS),
    "a class a step": ("{kind: many-to-many, outputs: {units: 3, activation: softmax}, ", STEP_CODES),
}
BODY = "input: {{timesteps: {}, features: 3}}, recurrent: {{units: 4, bidirectional: true}}}}"
BOTH_WAYS = BODY.replace("units: 4", "cell: SimpleRNN, units: 4")
ONE_WAY = BOTH_WAYS.replace(", bidirectional: true", "")
DECODER = (
    "{kind: encoder-decoder, encoder: {cell: SimpleRNN, units: 4}, decoder: {cell: SimpleRNN, units: 4}, outputs: 2, "
)
STILL = "{epochs: 1, batch_size: 4, optimizer: {name: sgd, learning_rate: 0}, metrics: [mae]}"
FRAMES = RNG.normal(size=(6, 6, 4, 4, 1)).astype("float32")
CNN = (
    "{kind: cnn-lstm, input: {timesteps: 6, frame: [4, 4, 1]}, recurrent: {units: 3}, outputs: 1,"
    " cnn: [{Conv2D: {filters: 2, kernel_size: 3}}, Flatten]}"
)


def filled(values: Any, filler: float) -> Any:
    """Put something on the padded steps; one label a sequence has none."""
    if values.ndim == 1:
        return values
    axes = REAL.reshape(REAL.shape + (1,) * (values.ndim - 2))
    return np.where(axes, values, np.asarray(filler, values.dtype))


def described(case: str, timesteps: Any) -> tuple[str, Any, Any]:
    """Return a case's architecture, inputs and answers."""
    if case == "a number of frames":
        return CNN, FRAMES, NUMBERS
    architecture, y = CASES[case]
    return architecture + BODY.format(timesteps), X, y


def read_by_training(found: Any) -> dict[str, Any]:
    """Return all that training reads of the data, bit for bit."""
    data = found.prepared.data
    fields = vars(build_tensors(data.train, data, None, integers=False))
    tensors = {name: tf.io.serialize_tensor(each).numpy() for name, each in fields.items() if tf.is_tensor(each)}
    return tensors | {"y_scaling": data.y_scaling and data.y_scaling.as_json()}


@pytest.mark.parametrize(
    ("case", "timesteps"), [*((case, steps) for case in CASES for steps in (6, "null")), ("a number of frames", 6)]
)
def test_training_reads_the_same_whatever_the_files_hold_beyond_the_lengths(
    case: str, timesteps: Any, problem: Callable[..., Any]
) -> None:
    text, x, y = described(case, timesteps)
    first, second = (
        problem(text, "{}", ", scale: standard", x=filled(x, filler), y=filled(y, filler), lengths=LENGTHS)
        for filler in (0.0, 1e6)
    )
    assert read_by_training(first) == read_by_training(second)


def test_training_is_the_same_whatever_the_files_hold_beyond_the_lengths(problem: Callable[..., Any]) -> None:
    architecture, y = CASES["numbers a step"]
    trainings = []
    for filler in (0.0, 1e6):
        arrays = {"x": filled(X, filler), "y": filled(y, filler), "lengths": LENGTHS}
        text = architecture + ONE_WAY.format("null")
        trainings.append(problem(text, "{epochs: 3, batch_size: 4}", ", scale: standard", **arrays).train())
    first, second = trainings
    assert first.history == second.history
    for ours, theirs in zip(first.core.get_weights(), second.core.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("case", [*CASES, "a number of frames"])
def test_gradients_do_not_see_padded_steps_even_inside_the_graph(case: str, problem: Callable[..., Any]) -> None:
    text, x, y = described(case, 6)
    found = problem(text, "{}", x=x, y=y, lengths=LENGTHS)
    keras.utils.set_random_seed(0)
    core = build_core(found.compiled.plan)
    batch = build_tensors(found.prepared.data.train, found.prepared.data, None, integers=False)
    objective = found.compiled.objective
    gradients = []
    for filler in (0.0, 1e6):
        target = batch.target if y.ndim == 1 else tf.constant(filled(batch.target.numpy(), min(filler, 2)))
        with tf.GradientTape() as tape:
            outputs = core(tf.constant(filled(x, filler)), mask=batch.mask, training=True)
            loss = loss_sum(objective, target, outputs, batch.loss_weight)
        gradients.append([loss, *tape.gradient(loss, core.trainable_variables)])
    for ours, theirs in zip(*gradients, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_loss_and_metrics_are_means_over_real_steps(problem: Callable[..., Any]) -> None:
    """The padding is not zero here: an untrained recurrent layer would not notice zeros.

    The layer reads both ways: reading forwards it meets padding behind the real steps alone.
    """
    architecture, y = CASES["numbers a step"]
    files = ", padding: -5, validation: {x: x.npy, y: y.npy, lengths: lengths.npy}"
    trained = problem(architecture + BOTH_WAYS.format(6), STILL, files, x=X, y=y, lengths=LENGTHS).train()
    errors = trained.core(filled(X, 9.0), mask=REAL).numpy() - y
    (history,) = trained.history
    for part in ("", "val_"):
        assert history[f"{part}loss"] == pytest.approx((errors[REAL] ** 2).mean(), rel=1e-5)
        assert history[f"{part}mae"] == pytest.approx(np.abs(errors[REAL]).mean(), rel=1e-5)


def test_a_sequence_counts_as_if_it_stood_alone_at_its_own_length(problem: Callable[..., Any]) -> None:
    architecture, y = CASES["numbers a step"]
    found = problem(architecture + BODY.format("null"), "{}", x=X, y=y, lengths=LENGTHS)
    keras.utils.set_random_seed(0)
    core = build_core(found.compiled.plan)
    together = core(X, mask=REAL).numpy()
    for sample, length in enumerate(LENGTHS):
        alone = core(X[sample : sample + 1, :length]).numpy()[0]
        np.testing.assert_allclose(together[sample, :length], alone, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("timesteps", [6, "null"])
def test_a_decoders_steps_all_count_however_short_the_input_is(timesteps: Any, problem: Callable[..., Any]) -> None:
    """As many steps come out as at most go in: nothing but the chain tells that they are other ones."""
    text = f"{DECODER} output_timesteps: 6, input: {{timesteps: {timesteps}, features: 3}}}}"
    x = filled(X, 7.0)
    trained = problem(text, STILL, ", target_lengths: 6", x=x, y=STEP_NUMBERS, lengths=LENGTHS).train()
    errors = trained.core(x, mask=REAL).numpy() - STEP_NUMBERS
    (history,) = trained.history
    assert history["loss"] == pytest.approx((errors**2).mean(), rel=1e-5)
    assert history["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-5)


@pytest.mark.parametrize("steps", [6, 4])
def test_a_decoders_steps_beyond_the_answers_lengths_weigh_nothing(steps: int, problem: Callable[..., Any]) -> None:
    """The answers' lengths are their own; they are shorter or longer than the inputs'."""
    text = f"{DECODER} output_timesteps: {steps}, input: {{timesteps: null, features: 3}}}}"
    lengths = np.array([1, steps, 2, 3, 3, 2])
    real = np.arange(steps) < lengths[:, None]
    x, read = filled(X, 7.0), []
    for filler in (0.0, 1e6, np.nan):
        y = np.where(real[..., None], STEP_NUMBERS[:, :steps], np.float32(filler))
        files = ", target_lengths: target_lengths.npy"
        found = problem(text, STILL, files, x=x, y=y, lengths=LENGTHS, target_lengths=lengths)
        read.append(read_by_training(found))
    assert read[0] == read[1] == read[2]
    trained = found.train()
    errors = (trained.core(x, mask=REAL).numpy() - STEP_NUMBERS[:, :steps])[real]
    (history,) = trained.history
    assert history["loss"] == pytest.approx((errors**2).mean(), rel=1e-5)
    assert history["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-5)


def test_a_frame_a_step_weighs_nothing_where_the_step_is_padding(problem: Callable[..., Any]) -> None:
    frames, answers = (RNG.uniform(-1, 1, (6, 6, 4, 4, 1)).astype("float32") for _ in range(2))  # within tanh's range
    convolution = "ConvLSTM2D: {filters: 1, kernel_size: 3, padding: same, return_sequences: true}"
    text = f"{{kind: layers, input: [null, 4, 4, 1], layers: [{{{convolution}}}]}}"
    clean, found = (
        problem(text, STILL, x=filled(frames, filler), y=filled(answers, filler), lengths=LENGTHS)
        for filler in (0.0, 1e6)
    )
    assert read_by_training(clean) == read_by_training(found)
    trained = found.train()
    errors = (trained.core(frames, mask=REAL).numpy() - answers)[REAL]
    assert trained.history[0]["loss"] == pytest.approx((errors**2).mean(), rel=1e-5)
    assert trained.history[0]["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-5)


def test_values_at_padded_steps_need_not_be_classes_or_weights(problem: Callable[..., Any]) -> None:
    architecture, _ = CASES["a class a step"]
    one_hot = np.where(REAL[..., None], np.eye(3)[STEP_CODES], 0)
    weights = np.where(REAL, 1.0, np.nan)
    found = problem(
        architecture + ONE_WAY.format(6), "{epochs: 1}", ", sample_weight: sample_weight.npy", x=X, y=one_hot,
        lengths=LENGTHS, sample_weight=weights,
    )  # fmt: skip
    np.testing.assert_array_equal(found.prepared.data.train.y[REAL], STEP_CODES[REAL])
    assert np.isfinite(found.train().history[0]["loss"])


def test_a_batch_is_cut_behind_its_last_real_step() -> None:
    """A step in the middle that holds the padding value is skipped, and leaves those behind it in place."""
    mask = tf.constant([[True, False, True, False], [True, False, False, False]])
    one = tf.ones(2)
    steps = Tensors(tf.reshape(tf.range(8.0), (2, 4, 1)), one, one, None, one, one, mask, per_step=False)
    cut = steps.at(tf.constant([0, 1])).trimmed()
    assert cut.x[:, :, 0].numpy().tolist() == [[0, 1, 2], [4, 5, 6]]

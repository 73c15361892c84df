"""Samples that are read batch by batch train exactly as those in memory do."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tdcli.data.arrays.stored_array import StoredArray
from tdcli.data.dataset import is_streamed
from tdcli.nn.batches.batches import Batch
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.training.setup import build_loop

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(22, 6, 3)).astype("float32"), RNG.normal(size=(22, 2)).astype("float32")
STEPS = RNG.integers(0, 3, (22, 6))
LENGTHS = RNG.integers(1, 7, 22)
DENSE = "kind: layers, input: [6, 3], layers: [Flatten, {Dropout: {rate: 0.2}}, {Dense: {units: 2}}]"
VARIABLE = (
    "kind: many-to-many, input: {timesteps: null, features: 3}, recurrent: {cell: SimpleRNN, units: 4},"
    " outputs: {units: 3, activation: softmax}"
)
FRAMES = (
    "kind: cnn-lstm, input: {timesteps: 2, frame: [6, 6, 1]}, recurrent: {cell: SimpleRNN, units: 4}, outputs: 2,"
    " cnn: [{Conv2D: {filters: 2, kernel_size: 3}}, Flatten]"
)
CASES = {
    "numbers": (DENSE, {"x": X, "y": Y}, "scale: standard"),
    "numbers in Fortran's order": (DENSE, {"x": np.asfortranarray(X), "y": Y}, "scale: minmax"),
    "padded sequences": (VARIABLE, {"x": X, "y": STEPS, "lengths": LENGTHS}, "padding: 0"),
    "frames of bytes": (FRAMES, {"x": RNG.integers(0, 256, (22, 2, 6, 6, 1), dtype="uint8"), "y": Y}, "scale: pixels"),
}


def described(problem: Callable[..., Any], case: str, stream: str) -> Any:
    architecture, arrays, scale = CASES[case]
    validation = ", ".join(f"{name}: {name}.npy" for name in arrays)
    data = f", {scale}, stream: {stream}, validation: {{{validation}}}"
    return problem(f"{{{architecture}}}", "{epochs: 3, batch_size: 4}", data, **arrays)


def batches_of(found: Any) -> Iterator[Batch]:
    """Yield the batches of training and validation of two epochs, as the loop of a training is given them."""
    loop = build_loop(found.inputs)
    for epoch in (1, 2):
        for batches in filter(None, (loop.train, loop.validation)):
            order = batches.order(tf.constant(epoch), batches.feed)
            yield from (batches.batch(order, tf.constant(step)) for step in range(batches.steps))


def bits(batch: Batch) -> dict[str, bytes]:
    fields = {**vars(batch.samples), "fraction": tf.constant(batch.samples.fraction), "count": batch.count}
    return {name: tf.io.serialize_tensor(each).numpy() for name, each in fields.items() if tf.is_tensor(each)}


@pytest.mark.parametrize("case", CASES)
def test_streamed_batches_are_those_of_memory(case: str, problem: Callable[..., Any]) -> None:
    streamed, held = (described(problem, case, stream) for stream in ("true", "false"))
    assert isinstance(streamed.prepared.data.train.x, StoredArray) == ("Fortran" not in case)
    assert not isinstance(held.prepared.data.train.x, StoredArray)
    batches = list(zip(batches_of(streamed), batches_of(held), strict=True))
    assert len(batches) >= 2 * (6 + 1)
    for ours, theirs in batches:
        assert bits(ours) == bits(theirs)


def test_streaming_changes_no_bit_of_weights_and_history(problem: Callable[..., Any]) -> None:
    ours, theirs = (described(problem, "padded sequences", stream).train() for stream in ("true", "false"))
    assert ours.history == theirs.history
    assert all(np.array_equal(a, b) for a, b in zip(ours.core.get_weights(), theirs.core.get_weights(), strict=True))


def test_scaling_over_chunks_is_that_of_all_rows(problem: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tdcli.data.lazy.CHUNK_BYTES", 6 * 3 * 4 * 5)  # five samples a chunk
    is_streamed, held = (described(problem, "numbers", stream).prepared.data.x_scaling for stream in ("true", "false"))
    np.testing.assert_allclose(is_streamed.mean, held.mean, rtol=1e-6)
    np.testing.assert_allclose(is_streamed.variance, held.variance, rtol=1e-6)


def test_large_arrays_stay_in_their_file(problem: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for available, stays in ((3 * X.nbytes, False), (3 * X.nbytes - 3, True)):
        monkeypatch.setattr("tdcli.machine.available_memory", lambda: available)  # noqa: B023 (used at once)
        assert isinstance(described(problem, "numbers", "auto").prepared.data.train.x, StoredArray) == stays


WINDOWS = """
architecture: {kind: layers, input: [4, 2], layers: [Flatten, {Dropout: {rate: 0.2}}, {Dense: {units: 1}}]}
data: {source: csv, path: table.csv, target: b}
split: {validation: 0.3}
training: {epochs: 3, batch_size: 4, metrics: []}
"""


def test_windows_too_many_for_the_memory_train_to_the_same_weights(
    table_problem: Callable[[str, str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = "a,b\n" + "".join(f"{a},{b}\n" for a, b in RNG.normal(size=(60, 2)).round(3))
    weights = []
    for large in (False, True):
        monkeypatch.setattr("tdcli.data.tables.table_part.is_large", lambda _: large)  # noqa: B023 (used at once)
        found = table_problem(WINDOWS, table)
        assert is_streamed(found.prepared.data.train) == large
        weights.append(found.train().core.get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def test_a_failure_is_traced_back_through_a_stream(problem: Callable[..., Any]) -> None:
    training = "{epochs: 9, batch_size: 4, loss: mse, optimizer: {name: sgd, learning_rate: 1e30}}"
    found = problem(f"{{{DENSE}}}", training, ", stream: true", x=X, y=Y * 1e9)
    failure = found.train().failure
    assert failure is not None
    assert "gradient" in failure.diagnostics[0].why

"""The shares of a batch are the batch, and what they bring adds up to what it brings."""

from typing import Any

import numpy as np
import pytest

from tdcli.nn.batches.batches import Batches, Shard
from tdcli.nn.batches.stream import StreamedBatches
from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.runtime.tensorflow import tf

SAMPLES, FEATURES = 11, 2


def of_samples(x: Any) -> Tensors:
    numbers = tf.range(SAMPLES, dtype="float32")
    ones = tf.ones(SAMPLES)
    return Tensors(x, numbers, valid=ones, weight=2 * ones)


def batches_of(shard: Shard, batch_size: int, streamed: bool, read: list[int]) -> Batches:
    x = np.arange(SAMPLES * 3 * FEATURES, dtype="float32").reshape(SAMPLES, 3, FEATURES)

    def recorded(positions: Any) -> Any:
        read.extend(positions.tolist())
        return x[positions]

    order: dict[str, Any] = {"shuffle": True, "seed": 3, "shard": shard}
    if streamed:
        return StreamedBatches(of_samples(None), recorded, (3, FEATURES), batch_size, **order)
    return Batches(of_samples(tf.constant(x)), batch_size, **order)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(("batch_size", "processes"), [(4, 2), (4, 3), (4, 4), (11, 2), (3, 1)])
def test_the_shares_of_a_batch_are_the_batch(batch_size: int, processes: int, streamed: bool) -> None:
    whole = batches_of(Shard(), batch_size, streamed=False, read=[])
    parts = [batches_of(Shard(number, processes), batch_size, streamed, []) for number in range(processes)]
    for epoch in (1, 2):
        orders = [each.order(tf.constant(epoch), each.feed) for each in parts]
        for step in range(whole.steps):
            expected, count = whole.batch(whole.order(tf.constant(epoch), None), tf.constant(step))
            shares = [each.batch(order, tf.constant(step)) for each, order in zip(parts, orders, strict=True)]
            kept = [samples.loss_weight.numpy() > 0 for samples, _ in shares]
            targets = [samples.target.numpy()[real] for (samples, _), real in zip(shares, kept, strict=True)]
            inputs = [samples.x.numpy()[real] for (samples, _), real in zip(shares, kept, strict=True)]
            assert np.concatenate(targets).tolist() == expected.target.numpy().tolist()
            assert np.array_equal(np.concatenate(inputs), expected.x.numpy())
            assert {float(each) for _, each in shares} == {float(count)}
            assert {len(each) for each in kept} <= {len(expected) // processes, -(-len(expected) // processes)} | {1}


def test_a_share_of_a_file_is_all_that_is_read_of_it() -> None:
    read: list[int] = []
    part = batches_of(Shard(1, 2), 4, streamed=True, read=read)
    order = part.order(tf.constant(1), part.feed)
    given = [part.batch(order, tf.constant(step)).samples.target.numpy() for step in range(part.steps)]
    numbers = np.concatenate(given).astype(int).tolist()
    assert len(numbers) == 6  # of batches of 4, 4 and 3 samples
    assert read[: len(numbers)] == numbers  # what follows is read ahead

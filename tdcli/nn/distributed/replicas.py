"""Train copies of the core on shards of each batch with `tf.distribute`. Usually there is only one copy.

Each process reads its shard of the batch (`Batches`). This module divides that shard among the devices of the process.
The results of all copies are summed, so that training is the same as with one copy that reads the whole batch.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeAlias

from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor

SEED_DISTANCE = 2**20
"""Difference between the seeds of two copies, so that dropout drops different units in each."""

BatchFunction: TypeAlias = Callable[[Tensors, Tensor], list[Any]]
"""A function of samples and the valid count of their whole batch. It returns tensors to sum over shards, or None."""


class Replicas:
    """The copies of the core in all processes.

    strategy: TensorFlow's strategy, None for one copy. process, processes: the number of this process, and how many
    there are.
    """

    def __init__(self, strategy: Any = None, process: int = 0, processes: int = 1) -> None:
        self.strategy, self.process, self.processes = strategy, process, processes
        self.count = strategy.num_replicas_in_sync if strategy else 1
        self.local_count = self.count // processes

    @property
    def is_chief(self) -> bool:
        """Whether this is the process that prints and writes files."""
        return self.process == 0

    def scope(self) -> AbstractContextManager[Any]:
        """Create variables once per device of this process, and assign values to the copies on all these devices."""
        return self.strategy.scope() if self.local_count > 1 else nullcontext()

    def summing(self, compute: BatchFunction) -> BatchFunction:
        """Return a function that sums `compute` over the shards of all copies. With one copy, return `compute` itself.

        The new function takes this process's shard of the batch. Values that are None stay None.
        """
        if self.count == 1:
            return compute
        return lambda samples, count: self._sum(lambda copy: compute(self._device_shard(samples, copy), count))

    def sum_over_processes(self, values: Sequence[Tensor]) -> list[Tensor]:
        """Return the sums of the values over all processes."""
        if self.processes == 1:
            return list(values)
        return self._sum(lambda copy: [tf.where(copy == 0, value, tf.zeros_like(value)) for value in values])

    def broadcast(self, values: Sequence[Any]) -> list[Any]:
        """Return the exact values of the chief. They are sent as 64-bit floats, which represent counters up to 2^53."""
        if self.processes == 1:
            return list(values)
        tensors = [tf.convert_to_tensor(value) for value in values]
        wide = [tf.cast(own, "float64") if self.is_chief else tf.zeros(own.shape, "float64") for own in tensors]
        sums = self._sum_values(wide)
        return [tf.cast(total, own.dtype) for total, own in zip(sums, tensors, strict=True)]

    def broadcast_int(self, number: int) -> int:
        """Return the number of the chief."""
        return int(self.broadcast([number])[0])

    def any_process(self, condition: bool) -> bool:
        """Return whether the condition is true in any process."""
        return condition if self.processes == 1 else bool(self._sum_values([tf.constant(float(condition))])[0])

    def offset_seeds(self, seeds: Sequence[Tensor]) -> None:
        """Give each copy different random numbers. seeds: states of Keras's `SeedGenerator`, equal in all copies."""
        if self.count == 1:
            return
        for seed in seeds:
            for number, copy in enumerate(self.strategy.experimental_local_results(seed)):
                offset = SEED_DISTANCE * (self.process * self.local_count + number)
                copy.assign(copy + tf.cast([offset, 0], copy.dtype))

    @tf.function(autograph=False)
    def _sum_values(self, values: list[Tensor]) -> list[Tensor]:
        return self.sum_over_processes(values)

    def _device_shard(self, samples: Tensors, copy: Tensor) -> Tensors:
        return samples if self.local_count == 1 else samples.shard(copy, self.local_count)

    def _sum(self, compute: Callable[[Tensor], list[Any]]) -> list[Any]:
        """Return the sums of `compute` over all copies. It takes the number of a copy among those of this process."""
        present: list[bool] = []

        def compute_copy() -> list[Tensor]:
            context = tf.distribute.get_replica_context()
            values = compute(context.replica_id_in_sync_group % self.local_count)
            present[:] = [value is not None for value in values]
            dense = [tf.convert_to_tensor(value) for value in values if value is not None]
            packed = tf.concat([tf.reshape(tf.cast(value, _widest_dtype(dense)), [-1]) for value in dense], 0)
            return _unpack(context.all_reduce(tf.distribute.ReduceOp.SUM, packed), dense)

        results = self.strategy.run(compute_copy)
        sums = iter([self.strategy.experimental_local_results(result)[0] for result in results])
        return [next(sums) if is_present else None for is_present in present]


def _widest_dtype(values: Sequence[Tensor]) -> Any:
    return max((value.dtype for value in values), key=lambda dtype: dtype.size)


def _unpack(packed: Tensor, like: Sequence[Tensor]) -> list[Tensor]:
    """Split values that were sent in one message. One message is faster, because each waits for all processes."""
    parts = tf.split(packed, [tf.size(value) for value in like], num=len(like))
    return [tf.cast(tf.reshape(part, tf.shape(value)), value.dtype) for part, value in zip(parts, like, strict=True)]

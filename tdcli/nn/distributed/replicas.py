"""Copies of the core that train on shares of each batch, on TensorFlow's own engine; one alone is the usual case.

A process takes its share of the batch first (`Batches`), and parts that among its devices here. What the
copies bring is summed, so that a batch is learnt from as if one copy had taken all of it.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tdcli.nn.batches.tensors import Tensors
from tdcli.nn.runtime.tensorflow import tf

APART = 2**20
"""How far the seeds of two copies lie from each other, so that they drop different units."""


class Replicas:
    """The copies of all processes, and which of them are here.

    strategy: None for one copy; process, processes: which process this is.
    """

    def __init__(self, strategy: Any = None, process: int = 0, processes: int = 1) -> None:
        self.strategy, self.process, self.processes = strategy, process, processes
        self.count = strategy.num_replicas_in_sync if strategy else 1
        self.copies_here = self.count // processes

    @property
    def is_first(self) -> bool:
        """Whether this is the process that prints and writes."""
        return self.process == 0

    def scope(self) -> AbstractContextManager[Any]:
        """Make what is made inside once for each device here; what is assigned there goes to all of them."""
        return self.strategy.scope() if self.copies_here > 1 else nullcontext()

    def summed(self, compute: Callable[[Tensors], list[Any]], samples: Tensors) -> list[Any]:
        """Return the sums, over all copies, of what `compute` makes of a copy's share; None stays None.

        samples: this process's share of the batch.
        """
        if self.count == 1:
            return compute(samples)
        return self._run(lambda number: compute(self._share(samples, number)))

    def summed_over_processes(self, values: Sequence[Any]) -> list[Any]:
        """Return sums of what each process has."""
        if self.processes == 1:
            return list(values)
        return self._run(lambda number: [tf.where(number == 0, value, tf.zeros_like(value)) for value in values])

    def of_first(self, values: Sequence[Any]) -> list[Any]:
        """Return what the first process has, exactly; counters go as 64-bit floats, which hold them up to 2^53."""
        if self.processes == 1:
            return list(values)
        tensors = [tf.convert_to_tensor(value) for value in values]
        wide = [tf.cast(each, "float64") if self.is_first else tf.zeros(each.shape, "float64") for each in tensors]
        return [tf.cast(sent, each.dtype) for sent, each in zip(self._sums(wide), tensors, strict=True)]

    def agreed(self, number: int) -> int:
        """Return the first process's number."""
        return int(self.of_first([number])[0])

    def one_wishes(self, wish: bool) -> bool:
        """Say whether one of the processes wishes it."""
        return wish if self.processes == 1 else bool(self._sums([tf.constant(float(wish))])[0])

    def part_ways(self, seeds: Sequence[Any]) -> None:
        """Let each copy draw other random numbers; seeds: Keras's `SeedGenerator` states, alike everywhere."""
        if self.count == 1:
            return
        for seed in seeds:
            for number, copy in enumerate(self.strategy.experimental_local_results(seed)):
                apart = APART * (self.process * self.copies_here + number)
                copy.assign(copy + tf.cast([apart, 0], copy.dtype))

    @tf.function(autograph=False)
    def _sums(self, values: list[Any]) -> list[Any]:
        return self.summed_over_processes(values)

    def _share(self, samples: Tensors, number: Any) -> Tensors:
        return samples if self.copies_here == 1 else samples.share(number, self.copies_here)

    def _run(self, compute: Callable[[Any], list[Any]]) -> list[Any]:
        """Return the sums of what all copies compute; `compute` is told which of those here it is."""
        present: list[bool] = []

        def of_copy() -> list[Any]:
            context = tf.distribute.get_replica_context()
            values = compute(context.replica_id_in_sync_group % self.copies_here)
            present[:] = [value is not None for value in values]
            dense = [tf.convert_to_tensor(value) for value in values if value is not None]
            packed = tf.concat([tf.reshape(tf.cast(each, _widest(dense)), [-1]) for each in dense], 0)
            return _unpacked(context.all_reduce(tf.distribute.ReduceOp.SUM, packed), dense)

        sums = iter([self.strategy.experimental_local_results(each)[0] for each in self.strategy.run(of_copy)])
        return [next(sums) if there else None for there in present]


def _widest(values: Sequence[Any]) -> Any:
    return max((value.dtype for value in values), key=lambda dtype: dtype.size)


def _unpacked(packed: Any, like: Sequence[Any]) -> list[Any]:
    """Part what went in one message, for each message waits for the others."""
    parts = tf.split(packed, [tf.size(each) for each in like], num=len(like))
    return [tf.cast(tf.reshape(part, tf.shape(each)), each.dtype) for part, each in zip(parts, like, strict=True)]

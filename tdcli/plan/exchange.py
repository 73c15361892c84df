"""Estimate how much data workers exchange in distributed training, and when the network is the bottleneck."""

from dataclasses import dataclass

from tdcli.plan.plan import Plan
from tdcli.plan.step import BYTES_PER_NUMBER

NETWORKS = {"1 Gbit/s": 125_000_000, "10 Gbit/s": 1_250_000_000, "100 Gbit/s": 12_500_000_000}
"""Bytes per second of common networks, without the overhead of their protocols."""

MESSAGE_SECONDS = 50e-6
"""The latency of an empty message on the Ethernet of a data centre. Each step of the ring waits that long."""


@dataclass(frozen=True)
class Exchange:
    """The all-reduce of gradients in a ring of `workers`. Each worker sends a part of the gradients to its neighbour.

    gradient_bytes: the size of the gradients of all trainable weights, in 32 bits. sent_bytes: the bytes that each
    worker sends and receives in a training step, `2 (N - 1) / N` of the gradients (Patarasuk and Yuan, 2009,
    doi:10.1016/j.jpdc.2008.09.002). They do not depend on the batch size. messages: `2 (N - 1)`, one after the other.
    """

    workers: int
    gradient_bytes: int

    @property
    def messages(self) -> int:
        """The number of consecutive messages in a training step."""
        return 2 * (self.workers - 1)

    @property
    def sent_bytes(self) -> int:
        """The bytes that each worker sends in a training step."""
        return self.gradient_bytes * self.messages // self.workers

    def seconds(self, bytes_per_second: float, message_seconds: float = MESSAGE_SECONDS) -> float:
        """Return the duration of the exchange in a training step. If computing is faster, the network is the limit."""
        return self.sent_bytes / bytes_per_second + self.messages * message_seconds


def exchange(plan: Plan, workers: int) -> Exchange:
    """Return what `workers` exchange in a training step of this plan, including all rows of an Embedding."""
    return Exchange(workers, plan.trainable * BYTES_PER_NUMBER["float32"])

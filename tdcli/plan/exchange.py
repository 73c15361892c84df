"""What workers that train together send each other, and when the network is slower than they are."""

from dataclasses import dataclass

from tdcli.plan.plan import Plan
from tdcli.plan.step import BYTES_PER_NUMBER

NETWORKS = {"1 Gbit/s": 125_000_000, "10 Gbit/s": 1_250_000_000, "100 Gbit/s": 12_500_000_000}
"""Bytes a second of usual networks, without what their protocols take."""

MESSAGE_SECONDS = 50e-6
"""How long a message of no bytes takes in a data centre's Ethernet, and a step of the ring has to wait for it."""


@dataclass(frozen=True)
class Exchange:
    """Sums of gradients by a ring of `workers`: each sends every neighbour a share at a time.

    gradient_bytes: of the trainable weights, in 32 bits. sent_bytes: what each worker sends, and gets, in a step:
    `2 (N - 1) / N` of them (Patarasuk and Yuan, 2009, doi:10.1016/j.jpdc.2008.09.002), whatever the batch.
    messages: one after the other, `2 (N - 1)`.
    """

    workers: int
    gradient_bytes: int

    @property
    def messages(self) -> int:
        """How many messages follow each other in a step."""
        return 2 * (self.workers - 1)

    @property
    def sent_bytes(self) -> int:
        """How many bytes each worker sends in a step."""
        return self.gradient_bytes * self.messages // self.workers

    def seconds(self, bytes_per_second: float, message_seconds: float = MESSAGE_SECONDS) -> float:
        """Return how long a step's exchange takes; the network is the limit where computing takes less."""
        return self.sent_bytes / bytes_per_second + self.messages * message_seconds


def exchange(plan: Plan, workers: int) -> Exchange:
    """Return what `workers` exchange in a step of this plan, Embedding's rows all of them."""
    return Exchange(workers, plan.trainable * BYTES_PER_NUMBER["float32"])

"""A training as one looks at it while it goes on."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class View:
    """Where a training stands.

    epochs: how many there are to be; done: how many are, the current one in part; first: how many were done before
    the `seconds` began; history: an epoch's results each, with `epoch`; best_epoch: 0 where none is known; memory:
    bytes of the process.
    """

    epochs: int
    done: float
    first: float = 0.0
    history: Sequence[dict[str, float]] = field(default_factory=tuple)
    best_epoch: int = 0
    seconds: float = 0.0
    steps_a_second: float | None = None
    memory: int | None = None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take if it goes on like this."""
        new = self.done - self.first
        return self.seconds / new * (self.epochs - self.done) if new > 0 else None

    def curve(self, name: str) -> list[float]:
        """Return a figure's values, epoch by epoch."""
        return [row[name] for row in self.history if name in row]

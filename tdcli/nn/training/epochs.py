"""Where a training stands: its epoch, the step in it, and what each epoch came to. All of it is variables.

What is decided at the end of an epoch is decided here: which one is the best, the learning rate of a plateau, and
whether to stop early.
"""

from dataclasses import dataclass
from typing import Any

from tdcli.data.dataset import Array
from tdcli.nn.distributed.replicas import Replicas
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import KerasOptimizer, Tensor
from tdcli.nn.training.best import BestEpoch
from tdcli.nn.training.objective import Totals
from tdcli.nn.training.schedule import ReduceOnPlateau
from tdcli.spec.objective import Objective

MAX_EPOCHS_PER_CALL = 1024
"""How many results are kept in the graph until Python reads them."""


@dataclass(frozen=True)
class EpochLengths:
    """How many steps of training and of validation an epoch has."""

    train: int
    validation: int = 0

    @property
    def all(self) -> int:
        """All its steps."""
        return self.train + self.validation


class EpochState:
    """Counts up to `count` epochs, and ends before where training is no longer worth its time.

    patience: after how many epochs that brought nothing better; None: never.
    """

    def __init__(
        self, count: int, lengths: EpochLengths, objective: Objective, best: BestEpoch, *,
        patience: int | None = None, plateau: ReduceOnPlateau | None = None,
    ) -> None:  # fmt: skip
        self.count, self.lengths, self.best = count, lengths, best
        self.patience, self.plateau = patience, plateau
        self.train_totals, self.validation_totals = Totals(objective), Totals(objective)
        self.epoch, self.position = tf.Variable(1), tf.Variable(0)
        self.ended, self.stopped = tf.Variable(0), tf.Variable(initial_value=False)
        validated = [f"val_{name}" for name in objective.names] if lengths.validation else []
        self.columns = (*objective.names, *validated, "learning_rate", "improved")
        self.rows = tf.Variable(tf.zeros([MAX_EPOCHS_PER_CALL, len(self.columns)]))

    @property
    def totals(self) -> tuple[Totals, Totals]:
        """What is added up over the epoch's steps of training, and over those of validation."""
        return self.train_totals, self.validation_totals

    @property
    def results(self) -> Array:
        """The epochs that ended since `ended` was 0: `(epochs, columns)`; `improved` is 1 for the best so far."""
        return self.rows.numpy()[: int(self.ended)]  # type: ignore[no-any-return]

    def state(self) -> dict[str, Tensor]:
        """Return all that changes from step to step, by name."""
        state = {"epoch": self.epoch, "position": self.position, "stopped": self.stopped, **self.best.state()}
        for part, totals in zip(("train", "validation"), self.totals, strict=True):
            state |= {f"{part}/{name}": variable for name, variable in totals.state().items()}
        return state | (self.plateau.state() if self.plateau else {})

    def is_finite(self) -> Tensor:
        """Say whether the loss is a number."""
        return tf.math.is_finite(self.train_totals.loss)

    def has_more(self) -> Tensor:
        """Say whether there are steps left to take."""
        in_time = tf.logical_and(self.epoch <= self.count, tf.logical_not(self.stopped))
        return tf.logical_and(in_time, self.is_finite())

    def has_room(self) -> Tensor:
        """Say whether another epoch's results can be kept."""
        return self.ended < MAX_EPOCHS_PER_CALL

    def begin_if_first(self, position: Tensor) -> None:
        """Set the totals to zero where `position` is that of an epoch's first step."""
        tf.cond(tf.equal(position, 0), self._begin, tf.no_op)

    def end_if_over(self, optimizer: KerasOptimizer, replicas: Replicas) -> None:
        """Write the epoch's results down and decide by them, where all its steps are taken."""
        over = tf.logical_and(tf.equal(self.position, self.lengths.all), self.is_finite())
        tf.cond(over, lambda: self._end(optimizer, replicas), tf.no_op)

    def _begin(self) -> Any:
        for totals in self.totals:
            totals.reset()
        return tf.no_op()

    def _end(self, optimizer: KerasOptimizer, replicas: Replicas) -> Any:
        for totals in self.totals:  # all processes decide alike
            totals.gather(replicas, for_all=True)
        figures = [*self.train_totals.results()]
        figures += self.validation_totals.results() if self.lengths.validation else []
        results = tf.stack([tf.cast(figure, "float32") for figure in (*figures, optimizer.learning_rate)])
        improved = self.best.update(self.epoch, results)
        if self.plateau is not None:
            self.plateau.update(results, optimizer)
        if self.patience is not None:
            self.stopped.assign(self.epoch - self.best.epoch_variable >= max(1, self.patience))
        self.rows.scatter_nd_update([[self.ended]], [tf.concat([results, [tf.cast(improved, "float32")]], 0)])
        self.ended.assign_add(1)
        self.epoch.assign_add(1)
        self.position.assign(0)
        return tf.no_op()

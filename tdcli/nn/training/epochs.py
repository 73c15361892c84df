"""Count epochs and steps, and keep the results of each epoch, in TensorFlow variables.

At the end of an epoch this module decides whether it is the best one, whether to lower the learning rate on a plateau,
and whether to stop early.
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
"""Maximum number of epochs whose results are kept in the graph until Python reads them."""


@dataclass(frozen=True)
class EpochLengths:
    """The number of training steps and of validation steps in an epoch."""

    train: int
    validation: int = 0

    @property
    def all(self) -> int:
        """The number of all steps in an epoch."""
        return self.train + self.validation


class EpochState:
    """Counts up to `count` epochs, and stops early if training no longer improves.

    patience: the number of epochs without improvement after which training stops. None disables early stopping.
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
        """The totals over the training steps and over the validation steps of the epoch."""
        return self.train_totals, self.validation_totals

    @property
    def results(self) -> Array:
        """The results of the epochs that ended in the last call of the graph, `(epochs, columns)`.

        The column `improved` is 1 for an epoch that was the best so far.
        """
        return self.rows.numpy()[: int(self.ended)]  # type: ignore[no-any-return]

    def state(self) -> dict[str, Tensor]:
        """Return the variables that change from step to step, by name."""
        state = {"epoch": self.epoch, "position": self.position, "stopped": self.stopped, **self.best.state()}
        for part, totals in zip(("train", "validation"), self.totals, strict=True):
            state |= {f"{part}/{name}": variable for name, variable in totals.state().items()}
        return state | (self.plateau.state() if self.plateau else {})

    def is_finite(self) -> Tensor:
        """Return whether the training loss is finite."""
        return tf.math.is_finite(self.train_totals.loss)

    def has_more(self) -> Tensor:
        """Return whether there are steps left to run."""
        in_time = tf.logical_and(self.epoch <= self.count, tf.logical_not(self.stopped))
        return tf.logical_and(in_time, self.is_finite())

    def has_room(self) -> Tensor:
        """Return whether the results of another epoch can be kept."""
        return self.ended < MAX_EPOCHS_PER_CALL

    def begin_if_first(self, position: Tensor) -> None:
        """Set the totals to zero if `position` is that of the first step of an epoch."""
        tf.cond(tf.equal(position, 0), self._begin, tf.no_op)

    def end_if_over(self, optimizer: KerasOptimizer, replicas: Replicas) -> None:
        """If all steps of the epoch are done, record its results and make the decisions that depend on them."""
        over = tf.logical_and(tf.equal(self.position, self.lengths.all), self.is_finite())
        tf.cond(over, lambda: self._end(optimizer, replicas), tf.no_op)

    def reconsider_stopping(self) -> None:
        """Decide again whether training stops early, because the patience may have changed since the checkpoint."""
        self.stopped.assign(self._is_out_of_patience(self.epoch - 1))

    def _is_out_of_patience(self, ended: Tensor) -> Tensor:
        """Return whether training stops after the epoch `ended`."""
        if self.patience is None:
            return tf.constant(value=False)
        return ended - self.best.epoch_variable >= max(1, self.patience)

    def _begin(self) -> Any:
        for totals in self.totals:
            totals.reset()
        return tf.no_op()

    def _end(self, optimizer: KerasOptimizer, replicas: Replicas) -> Any:
        for totals in self.totals:  # so that all processes make the same decisions
            totals.gather(replicas, for_all=True)
        figures = [*self.train_totals.results()]
        figures += self.validation_totals.results() if self.lengths.validation else []
        results = tf.stack([tf.cast(figure, "float32") for figure in (*figures, optimizer.learning_rate)])
        improved = self.best.update(self.epoch, results)
        if self.plateau is not None:
            self.plateau.update(results, optimizer)
        self.stopped.assign(self._is_out_of_patience(self.epoch))
        self.rows.scatter_nd_update([[self.ended]], [tf.concat([results, [tf.cast(improved, "float32")]], 0)])
        self.ended.assign_add(1)
        self.epoch.assign_add(1)
        self.position.assign(0)
        return tf.no_op()

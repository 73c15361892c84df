"""The best epoch so far, tracked inside the graph, where epochs end without Python."""

import math
from typing import Any

from tdcli.data.dataset import Array
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.spec.training import sign


class BestEpoch:
    """The epoch with the best value of one figure, compared as `keras.callbacks.EarlyStopping` does, and its weights.

    column: the index of the figure in an epoch's results.
    """

    def __init__(self, monitor: str, column: int, variables: list[Tensor], min_delta: float = 0.0) -> None:
        self.monitor, self.column, self.min_delta = monitor, column, min_delta
        self.watched = variables
        self.saved = [tf.Variable(variable, trainable=False) for variable in variables]
        self.score = tf.Variable(-math.inf)
        self.epoch_variable = tf.Variable(0)

    def update(self, epoch: Tensor, results: Tensor) -> Tensor:
        """Keep the epoch's weights if its figure beats the best by more than `min_delta`; return whether it does.

        A training loss is measured before the epoch's last step, which may have left no finite weights.
        """
        score = results[self.column] * sign(self.monitor)
        beats_best = score - self.min_delta > self.score

        def save_weights() -> Any:
            self.score.assign(score)
            self.epoch_variable.assign(epoch)
            for saved, variable in zip(self.saved, self.watched, strict=True):
                saved.assign(variable)
            return tf.no_op()

        improved = tf.logical_and(beats_best, _all_finite(self.watched))
        tf.cond(improved, save_weights, tf.no_op)
        return improved

    def variables(self) -> list[Tensor]:
        """Return all that it changes."""
        return [self.score, self.epoch_variable, *self.saved]

    @property
    def epoch(self) -> int:
        """The best epoch's number from 1; 0 where none was."""
        return int(self.epoch_variable)

    @property
    def weights(self) -> list[Array] | None:
        """The best epoch's weights, in the order of the variables."""
        return [variable.numpy() for variable in self.saved] if self.epoch else None


def _all_finite(variables: list[Tensor]) -> Tensor:
    return tf.reduce_all([tf.reduce_all(tf.math.is_finite(tf.cast(variable, "float32"))) for variable in variables])

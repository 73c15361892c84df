"""Which epoch is the best so far, kept inside the graph, where epochs end without Python."""

import math
from typing import Any

from tdcli.data.dataset import Array
from tdcli.nn.runtime.tensorflow import tf
from tdcli.spec.training import sign


class Best:
    """The best value of one figure of an epoch, compared as `keras.callbacks.EarlyStopping` does, and its weights.

    column: where the figure stands in an epoch's results.
    """

    def __init__(self, monitor: str, column: int, variables: list[Any], min_delta: float = 0.0) -> None:
        self.monitor, self.column, self.min_delta = monitor, column, min_delta
        self.watched = variables
        self.kept = [tf.Variable(each, trainable=False) for each in variables]
        self.score = tf.Variable(-math.inf)
        self.epoch_variable = tf.Variable(0)

    def update(self, epoch: Any, results: Any) -> Any:
        """Keep the epoch's weights if its figure beats the best by more than `min_delta`; return whether it does.

        A training loss is measured before the epoch's last step, which may have left no finite weights.
        """
        score = results[self.column] * sign(self.monitor)
        beaten = score - self.min_delta > self.score

        def keep() -> Any:
            self.score.assign(score)
            self.epoch_variable.assign(epoch)
            for kept, variable in zip(self.kept, self.watched, strict=True):
                kept.assign(variable)
            return tf.no_op()

        improved = tf.logical_and(beaten, _all_finite(self.watched))
        tf.cond(improved, keep, tf.no_op)
        return improved

    def variables(self) -> list[Any]:
        """Return all that it keeps."""
        return [self.score, self.epoch_variable, *self.kept]

    @property
    def epoch(self) -> int:
        """The best epoch's number from 1; 0 where none was."""
        return int(self.epoch_variable)

    @property
    def weights(self) -> list[Array] | None:
        """The best epoch's weights, in the order of the variables."""
        return [each.numpy() for each in self.kept] if self.epoch else None


def _all_finite(variables: list[Any]) -> Any:
    return tf.reduce_all([tf.reduce_all(tf.math.is_finite(tf.cast(each, "float32"))) for each in variables])

"""The best epoch so far, tracked inside the graph, where epochs end without Python."""

import math
from collections.abc import Iterable
from typing import Any

from tdcli.data.dataset import Array
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.spec.training import sign


class BestEpoch:
    """The epoch with the best value of one figure, compared as `keras.callbacks.EarlyStopping` does, and its weights.

    column: the index of the figure in an epoch's results. watched: the model's variables, by name.
    """

    def __init__(self, monitor: str, column: int, watched: dict[str, Tensor], min_delta: float = 0.0) -> None:
        self.monitor, self.column, self.min_delta = monitor, column, min_delta
        self.watched = watched
        self.saved = {name: tf.Variable(variable, trainable=False) for name, variable in watched.items()}
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
            for name, variable in self.watched.items():
                self.saved[name].assign(variable)
            return tf.no_op()

        improved = tf.logical_and(beats_best, _all_finite(self.watched.values()))
        tf.cond(improved, save_weights, tf.no_op)
        return improved

    def state(self) -> dict[str, Tensor]:
        """Return all that it changes, by name."""
        saved = {f"best/model/{name}": variable for name, variable in self.saved.items()}
        return {"best/score": self.score, "best/epoch": self.epoch_variable, **saved}

    @property
    def epoch(self) -> int:
        """The best epoch's number from 1; 0 where none was."""
        return int(self.epoch_variable)

    @property
    def weights(self) -> list[Array] | None:
        """The best epoch's weights, in the order of the model's."""
        return [variable.numpy() for variable in self.saved.values()] if self.epoch else None


def _all_finite(variables: Iterable[Tensor]) -> Tensor:
    return tf.reduce_all([tf.reduce_all(tf.math.is_finite(tf.cast(variable, "float32"))) for variable in variables])

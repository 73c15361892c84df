"""Track the best epoch inside the TensorFlow graph, because epochs end there without a return to Python."""

import math
from collections.abc import Iterable
from typing import Any

from tdcli.data.dataset import Array
from tdcli.nn.runtime.tensorflow import tf
from tdcli.nn.runtime.types import Tensor
from tdcli.spec.training import sign


class BestEpoch:
    """The epoch with the best value of the monitored metric, and its weights.

    Values are compared as in `keras.callbacks.EarlyStopping`. column: the index of the metric in the results of an
    epoch. watched: the variables of the model, by name.
    """

    def __init__(self, monitor: str, column: int, watched: dict[str, Tensor], min_delta: float = 0.0) -> None:
        self.monitor, self.column, self.min_delta = monitor, column, min_delta
        self.watched = watched
        self.saved = {name: tf.Variable(variable, trainable=False) for name, variable in watched.items()}
        self.score = tf.Variable(-math.inf)
        self.epoch_variable = tf.Variable(0)

    def update(self, epoch: Tensor, results: Tensor) -> Tensor:
        """Keep the epoch's weights if its metric is better than the best by more than `min_delta`.

        Return whether the weights were kept. Weights that are not finite are never kept: the training loss is measured
        before the last update of the weights, so it can be finite when they are not.
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
        """Return the variables that it changes, by name."""
        saved = {f"best/model/{name}": variable for name, variable in self.saved.items()}
        return {"best/score": self.score, "best/epoch": self.epoch_variable, **saved}

    @property
    def epoch(self) -> int:
        """The number of the best epoch, counted from 1. It is 0 if there is none."""
        return int(self.epoch_variable)

    @property
    def weights(self) -> list[Array] | None:
        """The weights of the best epoch, in the order of the model's weights."""
        return [variable.numpy() for variable in self.saved.values()] if self.epoch else None


def _all_finite(variables: Iterable[Tensor]) -> Tensor:
    return tf.reduce_all([tf.reduce_all(tf.math.is_finite(tf.cast(variable, "float32"))) for variable in variables])

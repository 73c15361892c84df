"""Which epoch is the best so far, and when to stop waiting for a better one."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tdcli.data._dataset import Array

HIGHER_IS_BETTER = ("accuracy", "auc", "precision", "recall", "cosine_similarity")


@dataclass
class Best:
    """The best value of `monitor`, as `keras.callbacks.EarlyStopping` compares it, with its weights."""

    monitor: str
    min_delta: float = 0.0
    epoch: int = 0
    value: float | None = None
    weights: list[Array] | None = None

    def improved(self, epoch: int, logs: dict[str, float], core: Any) -> bool:
        """Keep the epoch's weights if its value beats the best by more than `min_delta`.

        A training loss is measured before the epoch's last step, which may have left no finite weights.
        """
        value = logs[self.monitor]
        if self.value is not None and not self._beats(value, self.value):
            return False
        weights = core.get_weights()
        if not all(np.isfinite(each).all() for each in weights):
            return False
        self.epoch, self.value, self.weights = epoch, value, weights
        return True

    def waited(self, epoch: int) -> int:
        """Return the number of epochs since the best one."""
        return epoch - self.epoch

    def _beats(self, value: float, best: float) -> bool:
        higher = self.monitor.removeprefix("val_").endswith(HIGHER_IS_BETTER)
        return value - self.min_delta > best if higher else value + self.min_delta < best

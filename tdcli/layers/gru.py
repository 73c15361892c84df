"""Gated recurrent unit."""

from collections.abc import Mapping

from tdcli.layers.core.base import Example
from tdcli.layers.core.recurrent import GatedRecurrent


class GRU(GatedRecurrent):
    """A gated recurrent unit over the time axis.

    `(batch, time, features)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.

    Parameters: `3 x ((features + 2) x units + units^2)`: three gates, each with a kernel and a
    recurrent kernel. With `reset_after`, each kernel has its own bias (Keras, `GRUCell.build`).

    >>> GRU(units=5).parameters((None, 5, 1)).formula
    '3 x ((1 + 2) x 5 + 5^2)'
    """

    gates = 3
    examples = (
        Example({"units": 5}, (None, 5, 1)),
        Example({"units": 3, "reset_after": False, "return_sequences": True}, (None, None, 4)),
        Example({"units": 3, "use_bias": False, "recurrent_dropout": 0.2, "trainable": False}, (None, 4, 2)),
    )

    reset_after: bool = True

    def weight_axes(self) -> Mapping[str, tuple[int, ...]]:
        """Return the number of axes. With `reset_after`, the bias has two: for inputs and for states."""
        return {**super().weight_axes(), "bias": (2 if self.reset_after else 1,)}

    def without_cudnn(self) -> tuple[str, ...]:
        """Return the arguments that cuDNN does not support. Its GRU resets after the product."""
        return (*super().without_cudnn(), *(() if self.reset_after else ("`reset_after: false`",)))

    def _biases(self) -> int:
        return int(self.use_bias) * (2 if self.reset_after else 1)

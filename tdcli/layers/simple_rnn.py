"""The fully connected recurrent layer."""

from tdcli.layers.core.base import Example
from tdcli.layers.core.recurrent import VectorRecurrent


class SimpleRNN(VectorRecurrent):
    """A recurrent layer without gates: the output of each timestep is fed into the next one.

    `(batch, time, features)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.
    Keras 3.15 accepts `activity_regularizer` here, but does not use it.

    Parameters: `(features + 1) x units + units^2` (Keras, `SimpleRNNCell.build`).

    >>> SimpleRNN(units=5).parameters((None, 5, 1)).total
    35
    """

    gates = 1
    examples = (
        Example({"units": 5}, (None, 5, 1)),
        Example({"units": 3, "use_bias": False, "return_sequences": True}, (None, None, 4)),
    )

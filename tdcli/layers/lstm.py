"""Long short-term memory."""

from tdcli.layers.core.base import Example
from tdcli.layers.core.recurrent import GatedRecurrent


class LSTM(GatedRecurrent):
    """Long short-term memory over the time axis.

    `(batch, time, features)` -> `(batch, units)`, or `(batch, time, units)` with `return_sequences`.

    Parameters: `4 x ((features + 1) x units + units^2)`: four gates, each with a kernel, a
    bias and a recurrent kernel (Keras, `LSTMCell.build`).

    >>> LSTM(units=5).parameters((None, 5, 1)).total
    140
    """

    gates = 4
    examples = (
        Example({"units": 5}, (None, 5, 1)),
        Example({"units": 3, "return_sequences": True, "use_bias": False}, (None, None, 4)),
        Example({"units": 3, "go_backwards": True, "unroll": True, "dropout": 0.5}, (None, 4, 2)),
    )

    unit_forget_bias: bool = True

"""Where a training stood, in plain arrays; knows no TensorFlow, so that reading it costs nothing."""

from dataclasses import dataclass

from tdcli.data._dataset import Array

Row = dict[str, float]
"""An epoch's results, with its number from 1 as `epoch`."""


@dataclass(frozen=True)
class State:
    """All that a training's loop changes, in its order, and the history."""

    variables: list[Array]
    history: list[Row]

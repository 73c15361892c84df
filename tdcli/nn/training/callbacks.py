"""Report progress to a caller between calls of the training graph. Imports neither NumPy nor TensorFlow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tdcli.text.diagnostic import Diagnostic

EpochRow: TypeAlias = dict[str, float]
"""The results of an epoch. The key `epoch` has its number, counted from 1."""


@dataclass(frozen=True)
class EpochResult:
    """The results of a finished epoch, and whether it is the best so far."""

    results: EpochRow
    best: bool


@dataclass(frozen=True)
class Progress:
    """The progress of a training.

    epoch: the number of the current epoch, counted from 1. step: the number of its steps that are done. ended: the
    epochs that ended in the last call of the graph. warnings: the warnings from that call.

    >>> halfway = Progress(epoch=3, step=50, steps=100)
    >>> f"epoch {halfway.epoch}: {halfway.step / halfway.steps:.0%}"
    'epoch 3: 50%'
    """

    epoch: int
    step: int
    steps: int
    ended: tuple[EpochResult, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def is_callback(name: str) -> bool:
    """Return whether a method of this name is called during a training."""
    return name.startswith(("on_", "before_", "should_"))


class LoopCallbacks:
    """Functions that are called during training. The methods do nothing; override those that you need.

    You can also pass a function as a keyword argument with the name of a method. Raises TypeError if there is no
    method with this name.

    >>> LoopCallbacks(on_progress=print).on_progress("half")
    half
    """

    def __init__(self, **functions: Callable[..., Any]) -> None:
        for name, function in functions.items():
            if not (is_callback(name) and hasattr(type(self), name)):
                raise TypeError(f"there is no callback `{name}`")
            setattr(self, name, function)

    def on_progress(self, progress: Progress) -> None:
        """Receive the progress of the training, several times a second."""

    def should_stop(self) -> bool:
        """Return whether to stop training after this call of the graph. The training then counts as interrupted."""
        return False

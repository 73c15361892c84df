"""What a caller is told between the calls of the training graph. Imports neither NumPy nor TensorFlow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tdcli.text.diagnostic import Diagnostic

EpochRow: TypeAlias = dict[str, float]
"""An epoch's results, with its number from 1 as `epoch`."""


@dataclass(frozen=True)
class EpochResult:
    """An epoch that ended: its results, with its number from 1 as `epoch`, and whether it is the best so far."""

    results: EpochRow
    best: bool


@dataclass(frozen=True)
class Progress:
    """How far training is: an epoch's number from 1, its steps done, and the epochs that the last call ended.

    warnings: what the last call found.

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
    """Called while a training goes on. The methods do nothing; override those that you need.

    A method may be given as a function instead. Raises TypeError for a name that is not a method.

    >>> LoopCallbacks(on_progress=print).on_progress("half")
    half
    """

    def __init__(self, **functions: Callable[..., Any]) -> None:
        for name, function in functions.items():
            if not (is_callback(name) and hasattr(type(self), name)):
                raise TypeError(f"there is no callback `{name}`")
            setattr(self, name, function)

    def on_progress(self, progress: Progress) -> None:
        """Take how far training is, several times a second."""

    def should_stop(self) -> bool:
        """Say whether training is to end after this call of the graph; it is then interrupted, not done."""
        return False

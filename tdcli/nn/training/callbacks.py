"""What a caller may do between the calls of the training graph. Imports no TensorFlow."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tdcli.nn.training.train import Progress


class LoopCallbacks:
    """Called while a training goes on. The methods do nothing; override those that you need.

    A method may be given as a function instead. Raises TypeError for a name that is not a method.

    >>> LoopCallbacks(on_progress=print).on_progress("half")
    half
    """

    def __init__(self, **functions: Callable[..., Any]) -> None:
        for name, function in functions.items():
            if not (name.startswith(("on_", "before_", "should_")) and hasattr(type(self), name)):
                raise TypeError(f"there is no callback `{name}`")
            setattr(self, name, function)

    def on_progress(self, progress: "Progress") -> None:
        """Take how far training is, several times a second."""

    def should_stop(self) -> bool:
        """Say whether training is to end after this call of the graph; it is then interrupted, not done."""
        return False

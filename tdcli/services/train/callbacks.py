"""Callbacks of a caller during a training."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tdcli.nn.training.callbacks import LoopCallbacks

if TYPE_CHECKING:
    from tdcli.data.progress import ReadProgress
    from tdcli.services.samples.prepare import Prepared
    from tdcli.services.specs.compile import Compiled


class Callbacks(LoopCallbacks):
    """Called at the stages of a training. The methods do nothing. Override those that you need.

    A repeated training calls `on_train_begin` and the later methods once for each repeat.

    >>> def print_epochs(progress):
    ...     for epoch in progress.ended:
    ...         print(f"epoch {epoch.results['epoch']}", "best so far" if epoch.best else "")
    >>> callbacks = Callbacks(on_progress=print_epochs, should_stop=lambda: False)
    """

    def on_compiled(self, compiled: "Compiled") -> None:
        """Receive the spec after it was compiled."""

    def before_loading(self) -> None:
        """Start work that can run while the data are read, such as importing TensorFlow in the background."""

    def on_loading(self, progress: "ReadProgress") -> None:
        """Receive the progress of reading, for sources that take long to read."""

    def on_loaded(self, prepared: "Prepared") -> None:
        """Receive the data."""

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Receive the number of epochs and the title of the repeat. TensorFlow may still be starting."""

    def on_tracing(self) -> None:
        """React to the start of tracing the graph, which delays the first step."""

    def on_message(self, text: str) -> None:
        """Receive a message for the user."""

    def on_train_end(self) -> None:
        """React to the end of the training, whatever the reason."""

    @contextmanager
    def training(self, epochs: int, title: str = "") -> Iterator[None]:
        """Call `on_train_begin`, and `on_train_end` when the block ends."""
        self.on_train_begin(epochs, title)
        try:
            yield
        finally:
            self.on_train_end()


SILENT = Callbacks()

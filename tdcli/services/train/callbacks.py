"""What a caller may do while a training goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tdcli.nn.training.callbacks import LoopCallbacks

if TYPE_CHECKING:
    from tdcli.data.progress import ReadProgress
    from tdcli.services.samples.prepare import Prepared
    from tdcli.services.specs.compile import Compiled


class Callbacks(LoopCallbacks):
    """Called at the stages of a training. The methods do nothing; override those that you need.

    A training that is repeated calls `on_train_begin` and what follows it once for each repeat.

    >>> def print_epochs(progress):
    ...     for epoch in progress.ended:
    ...         print(f"epoch {epoch.results['epoch']}", "best so far" if epoch.best else "")
    >>> callbacks = Callbacks(on_progress=print_epochs, should_stop=lambda: False)
    """

    def on_compiled(self, compiled: "Compiled") -> None:
        """Take the spec once it is sound."""

    def before_loading(self) -> None:
        """Do what can be done while the data are read, as importing TensorFlow in the background."""

    def on_loading(self, progress: "ReadProgress") -> None:
        """Take how far reading the data is, for sources where that takes long."""

    def on_loaded(self, prepared: "Prepared") -> None:
        """Take the data."""

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Take how many epochs the training has; title: which repeat it is. TensorFlow may still be starting."""

    def on_tracing(self) -> None:
        """Take that the graph is about to be traced, which the first step waits for."""

    def on_message(self, text: str) -> None:
        """Take what the user should know besides."""

    def on_train_end(self) -> None:
        """Take that the training ended, whatever ended it."""

    @contextmanager
    def training(self, epochs: int, title: str = "") -> Iterator[None]:
        """Call `on_train_begin`, and `on_train_end` when the block ends."""
        self.on_train_begin(epochs, title)
        try:
            yield
        finally:
            self.on_train_end()


SILENT = Callbacks()

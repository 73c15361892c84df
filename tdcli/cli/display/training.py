"""Display a training, from its spec to its outcome."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from tdcli.cli.console import print_diagnostics, print_result, print_status, stderr_console
from tdcli.cli.display.reading import ReadingDisplay
from tdcli.cli.options import EpochFormat
from tdcli.cli.preload import preload_tensorflow
from tdcli.services.train.callbacks import Callbacks

if TYPE_CHECKING:
    from tdcli.cli.display.progress import SilentDisplay
    from tdcli.data.progress import ReadProgress
    from tdcli.nn.training.callbacks import Progress
    from tdcli.services.samples.prepare import Prepared
    from tdcli.services.specs.compile import Compiled
    from tdcli.services.train.train import Outcome, TrainOptions, WorkerOutcome
    from tdcli.services.train.train_repeats import RepeatedOutcome


class TrainingScreen(Callbacks):
    """Prints the progress of a training and its outcome. Clears the display when the block ends."""

    def __init__(self, *, quiet: bool, format: EpochFormat) -> None:
        self.quiet, self.format = quiet, format
        self.reading = ReadingDisplay(stderr_console())
        self.display: SilentDisplay | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reading.close()

    def on_compiled(self, compiled: "Compiled") -> None:
        """Print the plan and warnings."""
        from tdcli.report.terminal.plan import render_plan
        from tdcli.services.specs.warnings import warnings_for

        self._say(render_plan(compiled.plan, "table"))
        if not self.quiet:
            print_diagnostics(warnings_for(compiled))

    def before_loading(self) -> None:
        """Start TensorFlow in the background."""
        preload_tensorflow()

    def on_loading(self, progress: "ReadProgress") -> None:
        """Show the progress of reading."""
        if not self.quiet and self.format is not EpochFormat.JSON:
            self.reading.update(progress)

    def on_loaded(self, prepared: "Prepared") -> None:
        """Print the number of samples in each set."""
        from tdcli.report.terminal.runs import origin_text
        from tdcli.report.terminal.training import render_part_sizes

        self.reading.close()
        self._say(render_part_sizes(prepared.data))
        if prepared.origin and prepared.origin.record:
            self._say(f"started from {origin_text(prepared.origin.record)}")

    def on_train_begin(self, epochs: int, title: str = "") -> None:
        """Start the display."""
        from tdcli.cli.display.progress import choose_display

        self.reading.close()
        if title:
            self._say(f"{title}:")
        self.display = choose_display(
            stderr_console(), epochs, quiet=self.quiet, json_lines=self.format is EpochFormat.JSON
        )
        self.display.__enter__()

    def on_tracing(self) -> None:
        """Show what the first step waits for."""
        if self.display:
            self.display.compiling()

    def on_progress(self, progress: "Progress") -> None:
        """Draw the progress."""
        if self.display:
            self.display.update(progress)

    def on_message(self, text: str) -> None:
        """Print a message above the display."""
        if self.display:
            self.display.note(text)
        else:
            self._say(text)

    def on_train_end(self) -> None:
        """Clear the display."""
        if self.display:
            self.display.__exit__(None, None, None)
            self.display = None

    def show_outcome(
        self, outcome: "Outcome | RepeatedOutcome | WorkerOutcome | None", options: "TrainOptions"
    ) -> None:
        """Print the outcome of a training, None for a run that was already finished. Workers print nothing."""
        from tdcli.services.train.train import Outcome
        from tdcli.services.train.train_repeats import RepeatedOutcome

        if outcome is None:
            self._say("the run is finished; add `--set training.epochs=N` to train longer")
            print_result(str(options.run))
        elif isinstance(outcome, Outcome):
            self._show_single(outcome)
        elif isinstance(outcome, RepeatedOutcome):
            self._show_repeated(outcome)

    def _show_single(self, outcome: "Outcome") -> None:
        from tdcli.report.terminal.training import outcome_json, render_outcome

        self._say(render_outcome(outcome))
        print_result(outcome_json(outcome) if self.format is EpochFormat.JSON else str(outcome.run.path))

    def _show_repeated(self, outcome: "RepeatedOutcome") -> None:
        from tdcli.report.terminal.training import render_repeats

        print_result(render_repeats(outcome.training, self.format.value))
        self._say(f"in {outcome.folder}; `tdcli report {outcome.folder}`")

    def _say(self, value: object) -> None:
        if not self.quiet:
            print_status(value)

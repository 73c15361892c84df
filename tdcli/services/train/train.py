"""Train a spec into a run folder, in one process or with others.

Modules that need NumPy are imported after `before_loading`, and those that need TensorFlow after the data are read, so
that TensorFlow can start in the background.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.nn.runtime.cluster import ALONE, WorkerInfo
from tdcli.runs.folder import LATEST_LINK, RunFolder, create_run
from tdcli.runs.lock import hold_lock
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.train.callbacks import SILENT, Callbacks
from tdcli.services.train.commands import resume_command
from tdcli.services.train.job import TrainingJob, training_inputs
from tdcli.services.train.logs import Logs, check_logs
from tdcli.services.train.loop_callbacks import Interruptible, RecordedCallbacks
from tdcli.services.train.workers import check_shareable, with_fingerprint
from tdcli.text.errors import TdcliError

if TYPE_CHECKING:
    from tdcli.data.dataset import Array
    from tdcli.nn.training.train import Trained
    from tdcli.services.samples.prepare import Prepared
    from tdcli.services.train.run_writer import RunWriter


@dataclass(frozen=True)
class TrainOptions:
    """What to train, and where to write the result.

    runs: the folder for a new run folder. run: the run to resume. create_missing: create this run if it does not exist.
    force: resume even if settings of the training changed. start: the run whose weights to start from. logs: the
    loggers, such as `mlflow:URI`. command: the command in `run.json`. folds, seeds: how often to train. workers: how
    many processes on this machine share every batch.
    """

    spec: Path
    settings: tuple[str, ...] = ()
    runs: Path = Path("runs")
    run: Path | None = None
    create_missing: bool = False
    force: bool = False
    start: Path | None = None
    logs: tuple[str, ...] = ()
    command: str = ""
    folds: int | None = None
    seeds: int | None = None
    workers: int | None = None

    @property
    def repeats(self) -> bool:
        """Whether the spec is trained several times."""
        return self.folds is not None or self.seeds is not None


@dataclass(frozen=True)
class Outcome:
    """The outcome of a training: its folder, the metrics of its best epoch, and the signal that stopped it, if any."""

    run: RunFolder
    epochs: int
    best_epoch: int
    figures: dict[str, float]
    signal: int | None
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C or another signal stopped the training."""
        return self.signal is not None


@dataclass(frozen=True)
class WorkerOutcome:
    """The outcome of a worker: the signal that stopped it, if any."""

    signal: int | None


def train_single(options: TrainOptions, worker: WorkerInfo = ALONE, callbacks: Callbacks = SILENT) -> Outcome | None:
    """Train once, or return None if the run is already finished. Raises SpecError and ExecutionError."""
    check_logs(options.logs)
    return train_compiled(compile_spec(options.spec, options.settings), options, worker, callbacks)


def train_compiled(
    compiled: Compiled, options: TrainOptions, worker: WorkerInfo = ALONE, callbacks: Callbacks = SILENT
) -> Outcome | None:
    """Train a compiled spec once, or return None if the run is already finished.

    options: where to write, and what to resume or start from. Its spec and settings are not read. Raises SpecError and
    ExecutionError.
    """
    callbacks.on_compiled(compiled)
    check_shareable(compiled, worker)
    if _is_finished(options, compiled):
        return None
    callbacks.before_loading()
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.train.origin import find_origin
    from tdcli.services.train.resume import check_settings, refusing_unknown_values, resolve_resume

    resume_point, resume = None, {"force": options.force, "create_missing": options.create_missing}
    if options.run is not None:
        check_settings(options.run, compiled, **resume)
    origin = find_origin(options.run, options.start, compiled)
    with refusing_unknown_values(options.run, compiled):
        prepared = prepare(compiled, origin=origin, on_loading=callbacks.on_loading)
    if options.run is not None:
        resume_point = resolve_resume(options.run, compiled, prepared, **resume)
    if resume_point and resume_point.run.is_only_begun:
        callbacks.on_message(f"{resume_point.run.path} was stopped before its first record: training starts over")
    callbacks.on_loaded(prepared)
    with callbacks.training(compiled.spec.training.epochs):
        _wait_for_start(worker, callbacks)
        job = TrainingJob(compiled, prepared, options.runs, options.command, options.logs, resume_point, worker)
        return train_job(job, callbacks)


def train_worker(options: TrainOptions, worker: WorkerInfo, callbacks: Callbacks = SILENT) -> WorkerOutcome:
    """Train on this process's shard of every batch, while the chief writes the run folder.

    Calls only `before_loading`, `on_progress` and `should_stop`. Raises the same errors as the chief.
    """
    compiled = compile_spec(options.spec, options.settings)
    check_shareable(compiled, worker)
    if _is_finished(options, compiled):
        return WorkerOutcome(None)
    callbacks.before_loading()
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.train.origin import find_origin

    prepared = prepare(compiled, origin=find_origin(options.run, options.start, compiled))
    from tdcli.nn.runtime.tensorflow import versions
    from tdcli.nn.training.train import train

    with Interrupts() as interrupts:
        worker = with_fingerprint(worker, compiled, prepared, versions())
        interruptible = Interruptible(callbacks, interrupts)
        trained = train(training_inputs(compiled, prepared), interruptible, worker=worker)
    if trained.failure:
        raise trained.failure
    return WorkerOutcome(interruptible.signal_of(interrupted=trained.interrupted))


def train_job(job: TrainingJob, callbacks: Callbacks = SILENT) -> Outcome:
    """Train, and write a new run folder or that of the `resume_point`.

    Raises ExecutionError if the loss is not finite or a checkpoint cannot be written. The folder is kept.
    """
    from tdcli.nn.runtime.tensorflow import versions
    from tdcli.nn.training.train import train
    from tdcli.services.train.run_writer import RunWriter

    compiled, prepared, resume_point = job.compiled, job.prepared, job.resume_point
    run = resume_point.run if resume_point else create_run(job.runs, compiled.spec.name)
    state = resume_point.state if resume_point else None
    with hold_lock(run), Interrupts() as interrupts:
        run.clear_unfinished()
        history = state.history if state else []
        writer = RunWriter(run, compiled, prepared, job.command, history)
        logs = Logs(job.logs, run, compiled, callbacks.on_message)
        recorded = RecordedCallbacks(callbacks, interrupts, writer, logs)
        with _recording(writer, logs, len(history) + 1, callbacks.on_message):
            with _suggesting_resume(run):
                trained = train(
                    training_inputs(compiled, prepared),
                    recorded,
                    on_checkpoint=writer.checkpoint,
                    state=state,
                    worker=with_fingerprint(job.worker, compiled, prepared, versions()),
                    read_weights=_weights_reader(prepared),
                )
                writer.checkpoint(trained)
            _raise_training_failure(trained, run)
            if len(trained.history) == len(history) and not trained.interrupted:
                callbacks.on_message(_explain_no_epochs(len(history), compiled))
            writer.set_state("interrupted" if trained.interrupted else "done")
            return _build_outcome(trained, writer, recorded.signal_of(interrupted=trained.interrupted))


def _is_finished(options: TrainOptions, compiled: Compiled) -> bool:
    """Return whether the run to create or resume is already finished."""
    if options.run is None or not options.create_missing:
        return False
    from tdcli.services.train.resume import is_finished

    return is_finished(options.run, compiled)


def _wait_for_start(worker: WorkerInfo, callbacks: Callbacks) -> None:
    """Wait until TensorFlow, which may start in the background, is imported. Then announce the next wait."""
    import tdcli.nn.training.train  # noqa: F401 (the import is the point)

    if not worker.is_alone:
        callbacks.on_message(f"waiting for {worker.count - 1} of {worker.count} workers")
    callbacks.on_tracing()


@contextmanager
def _recording(writer: "RunWriter", log: Logs, first_epoch: int, on_message: Callable[[str], None]) -> Iterator[None]:
    """Record the start of a training, and how it ended, for any reason."""
    writer.begin()
    try:
        log.begin(first_epoch)
        yield
    except KeyboardInterrupt:
        writer.set_state("interrupted")
        on_message(f"stopped at once; resume from the last checkpoint with: {resume_command(writer.run)}")
        raise
    except BaseException:
        with suppress(TdcliError):  # the first error is the one to report
            writer.set_state("failed")
        raise
    finally:
        log.end(writer.record["state"])


@contextmanager
def _suggesting_resume(run: RunFolder) -> Iterator[None]:
    """Add the command that resumes the run to an error, if there is a matching checkpoint."""
    from tdcli.nn.training.state import CheckpointMismatchError

    try:
        yield
    except CheckpointMismatchError:
        raise
    except TdcliError as error:
        helps = [f"resume from the last checkpoint with: {resume_command(run)}"] if run.state.exists() else []
        raise error.with_help(*helps) from None


def _explain_no_epochs(ended: int, compiled: Compiled) -> str:
    """Return why a resumed run trained no epoch."""
    training = compiled.spec.training
    if ended >= training.epochs:
        return f"the run already has all {ended} epochs; add `--set training.epochs={2 * ended}` to train longer"
    return (
        f"early stopping ended the run after {ended} epochs; "
        "increase `training.early_stopping.patience` and add `--force` to continue it"
    )


def _weights_reader(prepared: "Prepared") -> "Callable[[], Sequence[Array]] | None":
    """Return a function that reads the initial weights in the model's order, or None if they are random."""
    if not (prepared.origin and prepared.origin.model):
        return None
    from tdcli.formats.keras import File

    model = prepared.origin.model
    return lambda: list(File(model).model.get_weights())


def _raise_training_failure(trained: "Trained", run: RunFolder) -> None:
    """Raise the failure of a training, if any, with a help text that names the saved model."""
    if trained.failure:
        kept = f"evaluate the saved model of epoch {trained.best.epoch}, the best so far, with "
        helps = [f"{kept}`tdcli evaluate {run.path.parent / LATEST_LINK}`"] if trained.best.epoch else []
        raise trained.failure.with_help(*helps)


def _build_outcome(trained: "Trained", writer: "RunWriter", signal: int | None) -> Outcome:
    from tdcli.services.train.run_writer import find_epoch_results

    figures = find_epoch_results(trained.history, trained.best.epoch)
    return Outcome(writer.run, len(trained.history), trained.best.epoch, figures, signal, writer.seconds)

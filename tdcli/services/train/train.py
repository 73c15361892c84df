"""Training a spec into a run folder."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tdcli.data.dataset import Array
from tdcli.formats.keras import File
from tdcli.nn.runtime.cluster import ALONE, WorkerInfo
from tdcli.nn.training.checkpoint import State
from tdcli.nn.training.train import Progress, train
from tdcli.runs.folder import LATEST, RunFolder, create_run
from tdcli.runs.lock import held
from tdcli.services.machine.interrupts import Interrupts
from tdcli.services.samples.prepare import Prepared
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.agreement import agreeing
from tdcli.services.train.logs import Logs
from tdcli.services.train.resume import Standing, going_on
from tdcli.services.train.run_writer import RunWriter, results_of
from tdcli.text.diagnostic import Fault


@dataclass(frozen=True)
class Outcome:
    """What a training left: its folder, its best epoch's figures, and whether it went to its end."""

    run: RunFolder
    epochs: int
    best_epoch: int
    figures: dict[str, float]
    signal: int | None
    seconds: float

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended it, or Ctrl-C."""
        return self.signal is not None


def train_spec(
    compiled: Compiled, prepared: Prepared, runs: Path, command: str, show: Callable[[Progress], None],
    resumed: Standing | None = None, logs: Sequence[str] = (), said: Callable[[str], None] = lambda text: None,
    place: WorkerInfo = ALONE,
) -> Outcome:  # fmt: skip
    """Train and write the run folder, a new one or that which is `resumed`.

    logs: what else writes the training down, as `mlflow:URI`; said: takes what is to be known besides;
    place: where several processes train, that of the first one.
    Raises WorkFailure where the loss is not finite, or a checkpoint cannot be written; the folder is kept.
    """
    run, state = resumed or (create_run(runs, compiled.spec.name), None)
    with held(run), Interrupts() as interrupts:
        run.clear_unfinished()
        history = state.history if state else []
        writer, log = RunWriter(run, compiled, prepared, command, history), Logs(logs, run, compiled, said)
        writer.begin()

        def shown(progress: Progress) -> None:
            show(progress)
            writer.follow(progress.ended)
            log.epochs([each.results for each in progress.ended])

        try:
            log.begin(first_epoch=len(history) + 1)
            return _trained(writer, state, shown, interrupts, place)
        except KeyboardInterrupt:
            writer.state("interrupted")
            said(f"stopped at once, after the last checkpoint: {going_on(run)}")
            raise
        except BaseException:
            with suppress(Fault):  # what went wrong first is what the reader must know
                writer.state("failed")
            raise
        finally:
            log.end(writer.record["state"])


def _trained(
    writer: RunWriter, state: State | None, show: Callable[[Progress], None], interrupts: Interrupts, place: WorkerInfo
) -> Outcome:
    """Train and write down what is left. Raises the training's failure after that."""
    run, compiled, prepared = writer.run, writer.compiled, writer.prepared
    try:
        trained = train(
            compiled.plan, prepared.data, compiled.spec.training, compiled.objective, prepared.class_weights, show,
            writer.checkpoint, state, interrupts.stops, agreeing(place, compiled, prepared),
            partial(_weights, prepared.origin.model) if prepared.origin and prepared.origin.model else None,
        )  # fmt: skip
        writer.checkpoint(trained)
    except Fault as fault:
        helps = [f"the last checkpoint is sound: {going_on(run)}"] if run.state.exists() else []
        raise fault.with_help(*helps) from None
    if trained.failure:
        kept = f"the model of epoch {trained.best.epoch}, the best so far, is kept: "
        helps = [f"{kept}`tdcli evaluate {run.path.parent / LATEST}`"] if trained.best.epoch else []
        raise trained.failure.with_help(*helps)
    writer.state("interrupted" if trained.interrupted else "done")
    signal = interrupts.signal_of(interrupted=trained.interrupted)
    figures, epochs = results_of(trained.history, trained.best.epoch), len(trained.history)
    return Outcome(run, epochs, trained.best.epoch, figures, signal, writer.seconds)


def _weights(model: Path) -> list[Array]:
    """Return a saved model's weights, in the order of its core's."""
    return list(File(model).model.get_weights())

"""Train a spec, and resume a run."""

import signal
from pathlib import Path

from tdcli.api.memory import Samples, with_data
from tdcli.api.progress import shown_progress
from tdcli.api.run import Run, open_run
from tdcli.api.spec import CompiledSpec, SpecSource, as_spec, load
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.train import TrainOptions, train_compiled
from tdcli.services.train.workers import refuse_cluster


def train(
    spec: CompiledSpec | SpecSource,
    data: Samples = None,
    *,
    runs: str | Path = "runs",
    callbacks: Callbacks | None = None,
    progress: bool = True,
) -> Run:
    """Train a spec on its data into a new folder of `runs`, and return the run.

    data: in place of the spec's own, a DataFrame for a table, or arrays by name. callbacks: called during the training.
    progress: whether a terminal or a notebook shows it. Raises SpecError if the data do not fit, ExecutionError if the
    loss is not finite, and KeyboardInterrupt after Ctrl-C; `resume` continues such a run.

    >>> import tdcli
    >>> run = tdcli.train(tdcli.load("specs/many_to_one.yaml", {"training.epochs": 2}))
    >>> run.history.columns
    ['epoch', 'loss', 'mae', 'rmse']
    """
    compiled, folder = as_spec(spec).compiled, Path(runs)
    if data is not None:
        compiled = with_data(compiled, data, folder)
    with shown_progress(callbacks, progress=progress) as told:
        return _train(compiled, TrainOptions(compiled.document.path, runs=folder, command="tdcli.train"), told)


def resume(
    run: Run | str | Path, epochs: int | None = None, *, callbacks: Callbacks | None = None, progress: bool = True
) -> Run:
    """Resume a run from its last checkpoint, up to the epochs of its spec or to `epochs`.

    A run that was stopped ends as one that was never stopped, to the last bit. One that is done is returned as it is.
    Raises SpecError where its data changed, and KeyboardInterrupt as `train` does.

    >>> import tdcli
    >>> run = tdcli.train(tdcli.load("specs/many_to_one.yaml", {"training.epochs": 2}))
    >>> tdcli.resume(run, epochs=3).history["epoch"].to_list()
    [1, 2, 3]
    """
    path = open_run(run.path if isinstance(run, Run) else run).path
    compiled = load(path / "spec.yaml", {} if epochs is None else {"training.epochs": epochs}).compiled
    options = TrainOptions(
        compiled.document.path, runs=path.parent, run=path, create_missing=True, command="tdcli.resume"
    )
    with shown_progress(callbacks, progress=progress) as told:
        return _train(compiled, options, told)


def _train(compiled: Compiled, options: TrainOptions, callbacks: Callbacks) -> Run:
    refuse_cluster("calls from Python")
    outcome = train_compiled(compiled, options, callbacks=callbacks)
    if outcome and outcome.signal:
        raise_signal(outcome.signal, f'tdcli.resume("{outcome.run.path}") continues the run')
    return Run(outcome.run.path if outcome else options.run or options.runs)


def raise_signal(number: int, hint: str) -> None:
    """Raise the signal that ended a training or a search, so that a program does not start its next one."""
    if number == signal.SIGINT:
        raise KeyboardInterrupt(hint)
    signal.raise_signal(number)

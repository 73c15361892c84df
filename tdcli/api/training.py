"""Train a spec, and go on with a run."""

import shlex
from pathlib import Path

from tdcli.api.memory import FrameOrArray, with_data
from tdcli.api.run import Run
from tdcli.api.spec import Spec
from tdcli.services.train.callbacks import Callbacks

COMMAND = "tdcli.train"
"""What `run.json` says started a run."""


def train(
    spec: Spec, data: FrameOrArray | None = None, *, runs: str | Path = "runs", callbacks: Callbacks | None = None
) -> Run:
    """Train a spec on its data into a new folder of `runs`, and return the run.

    data: in place of the spec's own, a DataFrame for a table, or arrays by name. callbacks: called while it trains;
    without them a terminal or a notebook shows the progress. Ctrl-C ends the training and keeps what it reached.
    Raises SpecError where the data do not fit, and TrainingError where the loss is not finite.
    """
    from tdcli.api.progress import shown_progress

    compiled, folder = spec.compiled, Path(runs)
    if data is not None:
        compiled = with_data(compiled, data, folder)
    with shown_progress(callbacks) as told:
        return _train(Spec(compiled), folder, told)


def resume(run: Run | str | Path, epochs: int | None = None, *, callbacks: Callbacks | None = None) -> Run:
    """Go on with a run from its last checkpoint to the epochs of its spec, or to so many.

    The result is that of a training that was never stopped, to the last bit. Raises SpecError where its data changed.
    """
    from tdcli.api.progress import shown_progress
    from tdcli.api.spec import load
    from tdcli.runs.folder import open_run

    folder = open_run(Path(run.path if isinstance(run, Run) else run))
    spec = load(folder.spec, {} if epochs is None else {"training.epochs": epochs})
    with shown_progress(callbacks) as told:
        return _train(spec, folder.path.parent, told, folder.path)


def _train(spec: Spec, runs: Path, callbacks: Callbacks, run: Path | None = None) -> Run:
    from tdcli.services.train.train import TrainOptions, train_compiled

    options = TrainOptions(spec.compiled.document.path, runs=runs, run=run, command=shlex.join([COMMAND, spec.name]))
    outcome = train_compiled(spec.compiled, options, callbacks=callbacks)
    return Run(outcome.run.path if outcome else run or runs)

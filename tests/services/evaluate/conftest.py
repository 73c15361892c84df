"""Runs whose weights were never trained, for tests that ask what becomes of a model's outputs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tdcli.services.evaluate.open_model import TrainedModel, open_model
from tdcli.services.specs.compile import compile_spec


@pytest.fixture(scope="session")
def untrained() -> Callable[[str, Path], TrainedModel]:
    """Open the run of a training that is stopped before its first step: `untrained(spec, folder)`.

    All but the weights is fitted to the data. Nothing is traced, which takes most of the time of a small training.
    """
    from tdcli.services.samples.prepare import prepare
    from tdcli.services.train.job import TrainingJob
    from tdcli.services.train.train import train_job

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    def make(spec: str, folder: Path) -> TrainedModel:
        (folder / "spec.yaml").write_text(spec, encoding="utf-8")
        compiled = compile_spec(folder / "spec.yaml")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("tdcli.nn.training.loop.Loop.advance", stop)
            return open_model(train_job(TrainingJob(compiled, prepare(compiled), folder / "runs", "a test")).run.path)

    return make

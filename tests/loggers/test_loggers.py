"""What other tools read of a training, by their own readers, is what the run's history says."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from tdcli.loggers.mlflow import MlflowClient
from tdcli.runs.folder import RunFolder
from tdcli.services.samples.prepare import prepare
from tdcli.services.specs.compile import compile_spec
from tdcli.services.train.callbacks import Callbacks
from tdcli.services.train.job import TrainingJob
from tdcli.services.train.resume import open_resume_point
from tdcli.services.train.train import train_job
from tdcli.text.errors import ExecutionError, SpecError

SPEC = """name: small
architecture: {kind: many-to-one, input: {timesteps: 1, features: 2}, recurrent: {units: 3}, outputs: 1}
data: {source: npy, x: x.npy, y: y.npy}
split: {validation: 0.25}
training: {epochs: 3, batch_size: 4}
"""


@pytest.fixture
def spec(beside_arrays: Callable[..., Path]) -> Path:
    return beside_arrays(SPEC, (16, 1, 2))


def trained(spec: Path, *logs: str, resume: Path | None = None, said: Callable[[str], None] = print) -> RunFolder:
    compiled = compile_spec(spec, ["training.epochs=5"] if resume else [])
    prepared = prepare(compiled)
    resumed = open_resume_point(resume, compiled, prepared, force=False) if resume else None
    return train_job(
        TrainingJob(compiled, prepared, spec.parent / "runs", "a test", resume_point=resumed, logs=logs),
        Callbacks(on_message=said),
    ).run


def history(run: RunFolder) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run.history.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, store: str) -> RunFolder:
    """A run of three epochs, resumed for two more, which both tools followed."""
    folder = tmp_path_factory.mktemp("followed")
    np.save(folder / "x.npy", np.arange(32, dtype=np.float32).reshape(16, 1, 2))
    np.save(folder / "y.npy", np.arange(16, dtype=np.float32))
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    logs = ("tensorboard", f"mlflow:{store}")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)  # where MLflow puts artifacts of a database
        run = trained(folder / "spec.yaml", *logs)
        trained(folder / "spec.yaml", *logs, resume=run.path)
    return run


def test_tensorboard_reads_the_curves_of_both_parts_under_keras_tags(followed: RunFolder) -> None:
    run = followed
    for part, prefix in (("train", ""), ("validation", "val_")):
        events = EventAccumulator(str(run.path / "tensorboard" / part)).Reload()
        for name in ("loss", "mae"):
            found = [(event.step, float(make_ndarray(event.tensor_proto))) for event in events.Tensors(f"epoch_{name}")]
            assert found == [(int(row["epoch"]), pytest.approx(float(row[f"{prefix}{name}"]))) for row in history(run)]
            assert len(found) == 5


def test_tensorboard_gets_the_settings_as_hyperparameters_and_the_spec_as_text(followed: RunFolder) -> None:
    events = EventAccumulator(str(followed.path / "tensorboard" / "train")).Reload()
    assert "recurrent" in events.Tensors("spec")[0].tensor_proto.string_val[0].decode()
    session = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    assert b"training.batch_size" in session


def test_mlflow_reads_parameters_metrics_by_epoch_and_files(followed: RunFolder, store: str) -> None:
    run = followed
    client = MlflowClient(tracking_uri=store)
    (found,) = client.search_runs([client.get_experiment_by_name("small").experiment_id])
    assert (found.info.run_name, found.info.status) == (run.path.name, "FINISHED")
    assert found.data.params["training.batch_size"] == "4"
    assert found.data.params["architecture.recurrent.units"] == "3"
    curve = [(each.step, each.value) for each in client.get_metric_history(found.info.run_id, "val_loss")]
    assert curve == [(int(row["epoch"]), pytest.approx(float(row["val_loss"]))) for row in history(run)]
    assert len(curve) == 5
    names = {each.path for each in client.list_artifacts(found.info.run_id)}
    assert names == {"spec.yaml", "best.keras", "history.csv", "metrics.json", "run.json"}
    record = json.loads(Path(client.download_artifacts(found.info.run_id, "run.json")).read_text(encoding="utf-8"))
    assert record["state"] == "done"


def test_a_server_that_is_not_there_stops_the_training_before_it_begins(spec: Path) -> None:
    told: list[str] = []
    with pytest.raises(ExecutionError, match=r"cannot log to mlflow: .*127\.0\.0\.1") as caught:
        trained(spec, "mlflow:http://127.0.0.1:9", said=told.append)
    assert told == []
    assert "remove `--log mlflow`" in caught.value.diagnostics[0].help[0]


def test_a_log_that_fails_later_is_reported_and_the_training_goes_on(spec: Path, monkeypatch: Any) -> None:
    def gone(*_: object) -> None:
        raise OSError("no space left\non the device")

    monkeypatch.setattr("tdcli.loggers.tensorboard.TensorBoard.epoch", gone)
    told: list[str] = []
    run = trained(spec, "tensorboard", said=told.append)
    assert told == ["note: logging to tensorboard stopped: no space left"]
    assert len(history(run)) == 3


def test_tensorboard_takes_no_place_of_its_own(spec: Path) -> None:
    with pytest.raises(SpecError, match="`--log tensorboard` does not accept a target after a colon"):
        trained(spec, "tensorboard:elsewhere")

"""Log to MLflow: a run with parameters, the metrics of each epoch, and the files of the run folder as artifacts."""

import os
import time
from collections.abc import Iterable, Mapping
from typing import Any

# A missing server must be reported before training starts, not minutes later (MLflow: 7 tries, 120 s each).
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from tdcli.loggers.core.base import Logger

STATUS = {"done": "FINISHED", "interrupted": "KILLED", "failed": "FAILED"}
RUN_TAG = "tdcli.run"
MOST_PARAMS = 100
"""Maximum number of parameters in one request to MLflow."""


class MLflow(Logger):
    """Logs each run folder as an MLflow run, in an experiment with the name of the spec.

    A resumed run is found by the name of its folder.
    """

    takes_target = True

    def begin(self, settings: Mapping[str, Any], first_epoch: int) -> None:
        """Find or create the experiment and the run, and log the settings as parameters."""
        self.client = MlflowClient(tracking_uri=self.target)
        found = self.client.get_experiment_by_name(self.experiment)
        experiment = found.experiment_id if found else self.client.create_experiment(self.experiment)
        name = self.run.path.name
        earlier = self.client.search_runs([experiment], f"tags.`{RUN_TAG}` = '{name}'", max_results=1)
        tags = {RUN_TAG: name, "mlflow.source.name": "tdcli"}
        run = earlier[0] if earlier else self.client.create_run(experiment, run_name=name, tags=tags)
        self.id = run.info.run_id
        self.client.update_run(self.id, status="RUNNING")
        new = [Param(key, str(value)) for key, value in settings.items() if key not in run.data.params]
        for few in _in_batches(new, MOST_PARAMS):
            self.client.log_batch(self.id, params=few, tags=[RunTag("tdcli.folder", str(self.run.path.resolve()))])

    def epoch(self, results: Mapping[str, float]) -> None:
        """Log every metric. Its step is the number of the epoch."""
        now, epoch = int(time.time() * 1000), int(results["epoch"])
        metrics = [Metric(name, value, now, epoch) for name, value in results.items() if name != "epoch"]
        self.client.log_batch(self.id, metrics=metrics)

    def end(self, state: str) -> None:
        """Log the spec, the best model, the history, the metrics and the record, and set the final status."""
        for path in (self.run.spec, self.run.best_model, self.run.history, self.run.metrics, self.run.record):
            if path.exists():
                self.client.log_artifact(self.id, str(path))
        self.client.set_terminated(self.id, STATUS[state])


def _in_batches(values: list[Any], size: int) -> Iterable[list[Any]]:
    return (values[first : first + size] for first in range(0, len(values), size))

"""Small specs over arrays, trained as the services train them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.tensorflow import keras, tf
from tdcli.nn.training.callbacks import LoopCallbacks, Progress
from tdcli.nn.training.inputs import TrainingInputs
from tdcli.nn.training.schedule import keras_optimizer
from tdcli.nn.training.train import Trained, train
from tdcli.services.samples.prepare import Prepared, prepare
from tdcli.services.specs.compile import Compiled, compile_spec
from tdcli.services.train.job import training_inputs


@dataclass(frozen=True)
class Problem:
    """A compiled spec with its loaded data."""

    compiled: Compiled
    prepared: Prepared

    @property
    def inputs(self) -> TrainingInputs:
        return training_inputs(self.compiled, self.prepared)

    def train(self, show: Callable[[Progress], None] = lambda _: None) -> Trained:
        return train(self.inputs, LoopCallbacks(on_progress=show))

    def fit(self, sample_weight: Any = None, dtype_policy: str = "float32", **options: Any) -> Any:
        """Train the same core from the same weights with `model.fit`, and return its `History`.

        sample_weight: of the training and the validation samples alike. options: what else `model.fit` takes.
        """
        training, objective, data = self.compiled.spec.training, self.compiled.objective, self.prepared.data
        keras.utils.set_random_seed(training.seed)
        core = build_core(self.compiled.plan, dtype_policy=dtype_policy)
        metrics = [keras.metrics.RootMeanSquaredError(name) if name == "rmse" else name for name in objective.metrics]
        core.compile(keras_optimizer(training.optimizer), loss=objective.loss, metrics=metrics)
        parts = [part for part in (data.train, data.validation) if part is not None]
        one_hot = objective.form(objective.loss) == "one-hot"
        arrays: list[Any] = [(part.x, np.eye(objective.units)[part.y] if one_hot else part.y) for part in parts]
        if sample_weight is not None:
            arrays = [(*each, sample_weight) for each in arrays]
        # `model.fit` would make a reader of arrays every epoch, which takes longer than the epoch.
        train, *validation = [unwatched(each, training.batch_size) for each in arrays]
        # What makes variables is traced twice, so they are made before.
        core.optimizer.build(core.trainable_variables)
        if validation:
            core.evaluate(validation[0], verbose=0)
            options |= {"validation_data": validation[0].repeat(), "validation_steps": len(validation[0])}
        return core.fit(
            train.repeat(), steps_per_epoch=len(train), epochs=training.epochs, shuffle=False, verbose=0, **options
        )


def unwatched(arrays: Any, batch_size: int) -> Any:
    """Return batches without the thread that tunes them, which may take two minutes to end when they are let go."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.from_tensor_slices(arrays).batch(batch_size).with_options(options)


@pytest.fixture
def problem(tmp_path: Path) -> Callable[..., Problem]:
    """Write arrays and a spec, and load both: `problem(architecture, training, x=..., y=..., data="...")`."""

    def make(architecture: str, training: str, data: str = "", **arrays: Any) -> Problem:
        for name, array in arrays.items():
            np.save(tmp_path / f"{name}.npy", array)
        given = ", ".join(f"{name}: {name}.npy" for name in arrays if "_" not in name)
        spec = tmp_path / "spec.yaml"
        lines = [f"architecture: {architecture}", f"data: {{source: npy, {given}{data}}}", f"training: {training}"]
        return loaded(spec, "\n".join(lines))

    return make


@pytest.fixture
def table_problem(tmp_path: Path) -> Callable[[str, str], Problem]:
    """Write a table and a spec, and load both: `table_problem(spec, table)`; the spec reads `table.csv`."""

    def make(text: str, table: str) -> Problem:
        (tmp_path / "table.csv").write_text(table, encoding="utf-8")
        return loaded(tmp_path / "spec.yaml", text)

    return make


def loaded(spec: Path, text: str) -> Problem:
    spec.write_text(text + "\n", encoding="utf-8")
    compiled = compile_spec(spec)
    return Problem(compiled, prepare(compiled))

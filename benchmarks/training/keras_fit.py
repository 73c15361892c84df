"""The script that a user of Keras would write: stock layers, `model.fit`, arrays in NumPy."""

import time
from typing import Any

import numpy as np
from timing import Seconds, summed

from tdcli.data.dataset import Dataset, Part
from tdcli.nn.batches.tensors import build_tensors
from tdcli.nn.model.build import build_core
from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.training.schedule import keras_optimizer
from tdcli.services.specs.compile import Compiled


def fit(compiled: Compiled, data: Dataset) -> Seconds:
    """Train stock layers with `model.fit`, validating each epoch where there is a validation part."""
    training = compiled.spec.training
    validation = arrays(data.validation, data, compiled) if data.validation else None
    x, y = arrays(data.train, data, compiled)
    began = time.perf_counter()
    model = compiled_model(compiled)
    ends: list[float] = []
    ended = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, __: ends.append(time.perf_counter()))
    model.fit(
        x, y, validation_data=validation, callbacks=[ended], verbose=0,
        epochs=training.epochs, batch_size=training.batch_size,
    )  # fmt: skip
    return summed(began, ends)


def compiled_model(compiled: Compiled) -> Any:
    """Return the stock model with its loss and optimizer."""
    training = compiled.spec.training
    keras.utils.set_random_seed(training.seed)
    model = build_core(compiled.plan)
    model.compile(keras_optimizer(training.optimizer), loss=compiled.objective.loss)
    return model


def arrays(part: Part, data: Dataset, compiled: Compiled) -> tuple[np.ndarray, np.ndarray]:
    """Return scaled inputs, and the target in the form that the loss reads."""
    objective = compiled.objective
    found = build_tensors(part, data, None, compiled.plan.input_dtype != "float32")
    target = found.target.numpy()
    return found.x.numpy(), np.eye(objective.units)[target] if objective.form(objective.loss) == "one-hot" else target

"""The script that a user of Keras would write: stock layers, `model.fit`, arrays in NumPy."""

import time

import numpy as np
from timing import Seconds, summed

from tdcli.data._dataset import Dataset, Part
from tdcli.nn.build import build_core
from tdcli.nn.schedule import keras_optimizer
from tdcli.nn.start import keras, seeded
from tdcli.services.compile import Compiled
from tdcli.spec.objective import Objective


def fit(compiled: Compiled, data: Dataset) -> Seconds:
    """Train stock layers with `model.fit`, validating each epoch where there is a validation part."""
    training, objective = compiled.spec.training, compiled.objective
    began = time.perf_counter()
    seeded(training.seed, deterministic=training.deterministic)
    model = build_core(compiled.plan)
    model.compile(keras_optimizer(training.optimizer), loss=objective.loss)
    ends: list[float] = []
    ended = keras.callbacks.LambdaCallback(on_epoch_end=lambda _, __: ends.append(time.perf_counter()))
    validation = (data.validation.x, target_of(data.validation, objective)) if data.validation else None
    model.fit(
        data.train.x, target_of(data.train, objective), validation_data=validation, callbacks=[ended], verbose=0,
        epochs=training.epochs, batch_size=training.batch_size,
    )  # fmt: skip
    return summed(began, ends)


def target_of(part: Part, objective: Objective) -> np.ndarray:
    """Return the target in the form that the loss reads."""
    return np.eye(objective.units)[part.y] if objective.form(objective.loss) == "one-hot" else np.asarray(part.y)

"""A saved model's predictions."""

from pathlib import Path

import numpy as np

from tdcli.data._dataset import Array, Part
from tdcli.nn.memory import enough_memory
from tdcli.nn.start import keras

BATCH = 256


@enough_memory()
def predicted(path: Path, part: Part) -> Array:
    """Return the outputs for a part's raw values: `(samples, units)` or `(samples, time, units)`."""
    model = keras.saving.load_model(path, compile=False, safe_mode=True)
    return np.asarray(model.predict(part.x, batch_size=BATCH, verbose=0))

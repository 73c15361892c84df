"""A saved model's predictions."""

from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from tdcli.data._dataset import Array, Part, chunks
from tdcli.nn.memory import enough_memory
from tdcli.nn.start import keras
from tdcli.text.diagnostic import UserError

BATCH = 256


@enough_memory()
def predicted(path: Path, part: Part) -> Array:
    """Return the outputs for a part's raw values: `(samples, units)` or `(samples, time, units)`.

    Raises UserError where the file holds no model.
    """
    model = _loaded(path)
    return np.concatenate([model.predict(values, batch_size=BATCH, verbose=0) for _, values in chunks(part.x)])


def _loaded(path: Path) -> Any:
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (OSError, ValueError, KeyError, TypeError, BadZipFile):
        message = f"`{path}` cannot be read as a Keras model"
        why = f"it is damaged, or of a Keras that {keras.__version__} does not read"
        raise UserError.of("unreadable-model", message, "train again with `tdcli train`", why=why) from None

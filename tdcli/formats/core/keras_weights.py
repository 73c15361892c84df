"""Compute how much memory the layers of a `.keras` archive need, before any of it is allocated."""

import math
from pathlib import Path
from threading import Thread
from typing import Any

from tdcli.machine import available_memory
from tdcli.nn.runtime.tensorflow import keras
from tdcli.runs.archive import MOST_COMPRESSION, SMALLEST_CHECKED, unsafe_archive
from tdcli.text.quantities import format_bytes

BYTES_PER_WEIGHT = 4


def refuse_large_weights(path: Path, config: Any) -> None:
    """Raise SpecError if the layers declare more weights than fit into the file or into memory."""
    needed, archived = BYTES_PER_WEIGHT * _weight_shapes(config), path.stat().st_size
    if needed > MOST_COMPRESSION * max(archived, SMALLEST_CHECKED):
        raise unsafe_archive(
            path, f"its layers declare {format_bytes(needed)} of weights, but the archive has {format_bytes(archived)}"
        )
    available = available_memory()
    if needed > available:
        memory = f"{format_bytes(needed)} of memory, but only {format_bytes(available)} is available"
        raise unsafe_archive(path, f"its weights need {memory}")


def _weight_shapes(config: Any) -> int:
    """Return the number of weights in the layers of a configuration, or 0 if Keras cannot create the layers.

    In a stateless scope, Keras variables have a shape and no value. They are created in a thread, so that its end
    releases them.
    """
    found: list[int] = []

    def count() -> None:
        try:
            with keras.StatelessScope(initialize_variables=False):
                model = keras.saving.deserialize_keras_object(config, safe_mode=True)
                found.append(sum(math.prod(each.shape) for each in model.variables))
        except Exception:  # loading the file reports the error
            found.append(0)

    thread = Thread(target=count)
    thread.start()
    thread.join()
    return found[0]

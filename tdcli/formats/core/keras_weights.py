"""How much memory a `.keras` archive's layers would take, told before any of it is taken."""

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
    """Raise SpecError where the layers declare more weights than the file can hold, or the memory."""
    needed, archived = BYTES_PER_WEIGHT * _weight_shapes(config), path.stat().st_size
    if needed > MOST_COMPRESSION * max(archived, SMALLEST_CHECKED):
        raise unsafe_archive(
            path, f"its layers declare {format_bytes(needed)} of weights, the archive has {format_bytes(archived)}"
        )
    available = available_memory()
    if needed > available:
        raise unsafe_archive(path, f"its weights take {format_bytes(needed)}, there are {format_bytes(available)}")


def _weight_shapes(config: Any) -> int:
    """Return how many weights the layers of a configuration have; 0 where Keras cannot make them.

    In a stateless scope Keras gives variables a shape and no value. What is left of them ends with the thread.
    """
    found: list[int] = []

    def count() -> None:
        try:
            with keras.StatelessScope(initialize_variables=False):
                model = keras.saving.deserialize_keras_object(config, safe_mode=True)
                found.append(sum(math.prod(each.shape) for each in model.variables))
        except Exception:  # the reader of the file says what is wrong with it
            found.append(0)

    thread = Thread(target=count)
    thread.start()
    thread.join()
    return found[0]

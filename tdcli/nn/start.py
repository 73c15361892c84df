"""Bringing TensorFlow up: quietly, on the Keras backend that the project is made for, with a seed."""

import os
from typing import Any

from tdcli.nn.quiet import quiet

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

__all__ = ["keras", "seeded", "tf", "versions"]

with quiet():
    import keras
    import tensorflow as tf

    tf.zeros(1)  # the first operation starts the devices, and logs it
    keras.config.set_image_data_format("channels_last")


def seeded(seed: int, deterministic: bool) -> None:
    """Seed Python, NumPy and TensorFlow; with `deterministic`, choose kernels that repeat bit for bit."""
    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()


def versions() -> dict[str, Any]:
    """Return the versions of what computes."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}

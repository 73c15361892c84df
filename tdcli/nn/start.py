"""Bringing TensorFlow up: quietly, on the Keras backend that the project is made for, with a seed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tdcli.nn.quiet import quiet

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

__all__ = ["computing_in", "keras", "seeded", "tf", "versions"]

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


@contextmanager
def computing_in(dtype_policy: str) -> Iterator[None]:
    """Give layers that are made inside this policy, where they name no dtype of their own."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype_policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def versions() -> dict[str, Any]:
    """Return the versions of what computes."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}

"""TensorFlow, and Keras on it. What is changed in them is changed for the time of a block.

All of nn imports TensorFlow and Keras from here. A thread imports this module in the background while the data are
read, and Python may give up with a deadlock where another one enters TensorFlow by another module meanwhile.
"""

import gc
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tdcli.nn.runtime.cluster import is_alone
from tdcli.stderr import hold_back_stderr
from tdcli.text.errors import SpecError

__all__ = [
    "BaseOptimizer",
    "ConverterError",
    "build_info",
    "context",
    "devices",
    "forgetting_models",
    "keras",
    "seeded",
    "tf",
    "threads",
    "using_channels_last",
    "using_dtype_policy",
    "versions",
]

_stderr = sys.stderr
with hold_back_stderr():
    import keras
    import tensorflow as tf
    from keras.src.backend.common import global_state
    from keras.src.optimizers.base_optimizer import BaseOptimizer
    from tensorflow.lite.python.convert_phase import ConverterError
    from tensorflow.python.eager import context
    from tensorflow.python.framework import config
    from tensorflow.python.framework.ops import gradient_registry

    if is_alone():  # else the processes must find each other before the first operation
        tf.zeros(1)  # which starts the devices, and logs it
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3":  # read by C++ alone; Python warns that a new model is traced anew
        tf.get_logger().setLevel("ERROR")
    for _handler in tf.get_logger().handlers:
        _handler.setStream(_stderr)  # it has taken the one that stands in for a while

if keras.config.backend() != "tensorflow":
    raise SpecError.of(
        "wrong-backend",
        f"Keras computes with {keras.config.backend()} here, and tdcli trains with TensorFlow",
        "set `KERAS_BACKEND=tensorflow` before Keras is imported",
    )


_KERAS_SEEDS = ("global_random_seed", "global_seed_generator")
_TENSORFLOW_SEEDS = ("_seed", "_rng")
"""What they keep of the seed of a process. Neither has another way to set it back."""


@contextmanager
def seeded(seed: int, deterministic: bool) -> Iterator[None]:
    """Seed Python, NumPy and TensorFlow; with `deterministic`, choose kernels that repeat bit for bit.

    Afterwards all of them draw on as if nothing had been drawn. Threads share what is seeded.
    """
    before, legacy, was_deterministic = random.getstate(), np.random.get_state(), config.is_op_determinism_enabled()
    seeds = {name: global_state.get_global_attribute(name) for name in _KERAS_SEEDS}
    eager = vars(context.context())
    of_tensorflow = {name: eager[name] for name in _TENSORFLOW_SEEDS if name in eager}
    keras.utils.set_random_seed(seed)
    if deterministic:
        config.enable_op_determinism()
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(legacy)
        for name, value in seeds.items():
            global_state.set_global_attribute(name, value)
        eager.update(of_tensorflow)
        if not was_deterministic:
            config.disable_op_determinism()


@contextmanager
def forgetting_models() -> Iterator[None]:
    """Release what TensorFlow keeps of the models that are made inside.

    It never forgets the gradient of a `tf.custom_gradient`, and with it its graph: 8 MB a training (2.21).
    """
    before = set(gradient_registry.list())
    try:
        yield
    finally:
        for name in set(gradient_registry.list()) - before:
            if name.startswith("CustomGradient-"):
                del gradient_registry._registry[name]  # noqa: SLF001 (there is no other way)
        gc.collect()


@contextmanager
def using_channels_last() -> Iterator[None]:
    """Make layers that are made inside and name no data format read `(..., height, width, channels)`."""
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_last")
    try:
        yield
    finally:
        keras.config.set_image_data_format(before)


@contextmanager
def using_dtype_policy(dtype_policy: str) -> Iterator[None]:
    """Use this policy for layers that are made inside and name no dtype of their own."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype_policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def versions() -> dict[str, Any]:
    """Return the versions of what computes."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}


def devices() -> dict[str, str]:
    """Return what TensorFlow computes on, by its own names, with the model of each GPU."""
    found = tf.config.list_physical_devices()
    details = {device.name: tf.config.experimental.get_device_details(device) for device in found}
    return {device.name: details[device.name].get("device_name", device.device_type) for device in found}


def build_info() -> dict[str, Any]:
    """Return what TensorFlow was built with: CUDA and cuDNN with their versions, or that it was not."""
    info = tf.sysconfig.get_build_info()
    names = ("cuda_version", "cudnn_version", "cuda_compute_capabilities")
    return {"cuda": bool(info["is_cuda_build"]), **{name: info[name] for name in names if name in info}}


def threads() -> dict[str, int]:
    """Return how many threads compute inside an operation, and how many operations at once; 0: one a core."""
    config = tf.config.threading
    return {
        "intra_op": config.get_intra_op_parallelism_threads(),
        "inter_op": config.get_inter_op_parallelism_threads(),
    }

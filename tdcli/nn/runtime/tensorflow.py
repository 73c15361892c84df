"""Import TensorFlow and Keras, and change their global settings during a block.

All modules of `nn` import TensorFlow and Keras from here. A background thread imports this module while the data is
read. If another thread imported TensorFlow through a different module meanwhile, Python could report a deadlock.
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

    if is_alone():  # else the processes must connect before the first operation
        tf.zeros(1)  # initializes the devices, which logs messages
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3":  # only C++ reads it; Python would warn when it retraces a model
        tf.get_logger().setLevel("ERROR")
    for _handler in tf.get_logger().handlers:
        _handler.setStream(_stderr)  # replaces the temporary stream of the import

if keras.config.backend() != "tensorflow":
    raise SpecError.of(
        "wrong-backend",
        f"Keras uses the {keras.config.backend()} backend, but tdcli trains with TensorFlow",
        "set `KERAS_BACKEND=tensorflow` before you import Keras",
    )


_KERAS_SEEDS = ("global_random_seed", "global_seed_generator")
_TENSORFLOW_SEEDS = ("_seed", "_rng")
"""Where Keras and TensorFlow store the seed of a process. Neither has a public way to restore it."""


@contextmanager
def seeded(seed: int, deterministic: bool) -> Iterator[None]:
    """Seed Python, NumPy and TensorFlow during the block.

    deterministic: also choose kernels that repeat bit for bit. After the block, the state of all random generators is
    restored. Threads share these generators.
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
    """Release the memory of models that are created inside the block.

    TensorFlow never releases the gradient of a `tf.custom_gradient` nor its graph: 8 MB per training (2.21).
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
    """Use `(..., height, width, channels)` for layers that are created inside the block without a data format."""
    before = keras.config.image_data_format()
    keras.config.set_image_data_format("channels_last")
    try:
        yield
    finally:
        keras.config.set_image_data_format(before)


@contextmanager
def using_dtype_policy(dtype_policy: str) -> Iterator[None]:
    """Use this dtype policy for layers that are created inside the block without a dtype."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype_policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def versions() -> dict[str, Any]:
    """Return the versions of TensorFlow and Keras."""
    return {"tensorflow": tf.__version__, "keras": keras.__version__}


def devices() -> dict[str, str]:
    """Return the devices of TensorFlow by name, with the model of each GPU."""
    found = tf.config.list_physical_devices()
    details = {device.name: tf.config.experimental.get_device_details(device) for device in found}
    return {device.name: details[device.name].get("device_name", device.device_type) for device in found}


def build_info() -> dict[str, Any]:
    """Return whether TensorFlow was built with CUDA, and the versions of CUDA and cuDNN."""
    info = tf.sysconfig.get_build_info()
    names = ("cuda_version", "cudnn_version", "cuda_compute_capabilities")
    return {"cuda": bool(info["is_cuda_build"]), **{name: info[name] for name in names if name in info}}


def threads() -> dict[str, int]:
    """Return the number of threads inside an operation, and of operations at once. 0 means one per core."""
    config = tf.config.threading
    return {
        "intra_op": config.get_intra_op_parallelism_threads(),
        "inter_op": config.get_inter_op_parallelism_threads(),
    }

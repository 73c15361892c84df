"""Start TensorFlow quietly, on the Keras backend that the project is made for.

All of nn imports TensorFlow and Keras from here. A thread imports this module in the background while the data are
read, and Python may give up with a deadlock where another one enters TensorFlow by another module meanwhile.
"""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tdcli.nn.runtime.cluster import is_alone
from tdcli.stderr import hold_back_stderr

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_BACKEND"] = "tensorflow"

__all__ = [
    "BaseOptimizer",
    "ConverterError",
    "build_info",
    "context",
    "devices",
    "forget_models",
    "keras",
    "set_seed",
    "tf",
    "threads",
    "using_dtype_policy",
    "versions",
]

_stderr = sys.stderr
with hold_back_stderr():
    import keras
    import tensorflow as tf
    from keras.src.optimizers.base_optimizer import BaseOptimizer
    from tensorflow.lite.python.convert_phase import ConverterError
    from tensorflow.python.eager import context
    from tensorflow.python.framework.ops import gradient_registry

    if is_alone():  # else the processes must find each other before the first operation
        tf.zeros(1)  # which starts the devices, and logs it
    keras.config.set_image_data_format("channels_last")
    tf.get_logger().setLevel("ERROR")  # it warns that a new model is traced anew
    for _handler in tf.get_logger().handlers:
        _handler.setStream(_stderr)  # it has taken the one that stands in for a while


def set_seed(seed: int, deterministic: bool) -> None:
    """Seed Python, NumPy and TensorFlow; with `deterministic`, choose kernels that repeat bit for bit."""
    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()


def forget_models() -> None:
    """Release what Keras and TensorFlow keep of earlier models, and the names of their layers.

    TensorFlow never forgets the gradient of a `tf.custom_gradient`, and with it its graph: 8 MB a training (2.21).
    """
    keras.utils.clear_session()
    for name in tuple(gradient_registry.list()):
        if name.startswith("CustomGradient-"):
            del gradient_registry._registry[name]  # noqa: SLF001 (there is no other way)
    gc.collect()


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

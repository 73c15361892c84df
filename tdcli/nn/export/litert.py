"""LiteRT, by TensorFlow's converter, of built-in operators alone."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tensorflow.lite.python.convert_phase import ConverterError

from tdcli.data.dataset import Array
from tdcli.nn.export.core.options import Options
from tdcli.nn.model.export_graph import unrolled
from tdcli.nn.runtime.tensorflow import tf
from tdcli.text.diagnostic import UserError
from tdcli.text.quiet import quiet


def write(model: Any, path: Path, options: Options) -> None:
    """Write a LiteRT file, for any batch size and the options' number of timesteps.

    Raises UserError where LiteRT has no operator for a layer.
    """
    try:
        with quiet():
            copy = unrolled(model, options.timesteps)
            copy.export(str(path), format="litert", verbose=False, **_settings(options))
    except ConverterError as error:
        raise _no_operator(error) from None


def _settings(options: Options) -> dict[str, Any]:
    """Return what the converter is told."""
    target: dict[str, Any] = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
    settings: dict[str, Any] = {"target_spec": target}
    if options.quantization is not None:
        settings["optimizations"] = [tf.lite.Optimize.DEFAULT]
    if options.quantization == "float16":
        target["supported_types"] = [tf.float16]
    if options.quantization == "int8" and options.samples is not None:
        settings["representative_dataset"] = _one_by_one(options.samples)
    return settings


def _one_by_one(samples: Array) -> Callable[[], Iterator[list[Array]]]:
    return lambda: ([samples[place : place + 1]] for place in range(len(samples)))


def _no_operator(error: Exception) -> UserError:
    names = sorted({line.split("(")[0].strip() for line in str(error).splitlines() if line.strip().startswith("tf.")})
    what = f" for {', '.join(f'`{name}`' for name in names)}" if names else ""
    help = "export with `--format onnx`, or change the layer"
    return UserError.of("cannot-export", f"LiteRT has no built-in operator{what}", help)

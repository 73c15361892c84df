"""Write LiteRT files with TensorFlow's converter, with built-in operators only."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tdcli.data.dataset import Array
from tdcli.nn.export.core.options import ExportOptions
from tdcli.nn.model.export_graph import prepare_for_litert
from tdcli.nn.runtime.tensorflow import ConverterError, tf
from tdcli.nn.runtime.types import KerasModel
from tdcli.stderr import hold_back_stderr
from tdcli.text.errors import SpecError


def write(model: KerasModel, path: Path, options: ExportOptions) -> None:
    """Write a LiteRT file, for any batch size and the number of timesteps in the options.

    Raises SpecError if LiteRT has no operator for a layer.
    """
    try:
        with hold_back_stderr():
            copy = prepare_for_litert(model, options.timesteps)
            copy.export(str(path), format="litert", verbose=False, **_converter_settings(options))
    except ConverterError as error:
        raise _no_operator(error) from None


def _converter_settings(options: ExportOptions) -> dict[str, Any]:
    """Return the keyword arguments of the converter."""
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
    return lambda: ([samples[index : index + 1]] for index in range(len(samples)))


def _no_operator(error: Exception) -> SpecError:
    names = sorted({line.split("(")[0].strip() for line in str(error).splitlines() if line.strip().startswith("tf.")})
    what = f" for {', '.join(f'`{name}`' for name in names)}" if names else ""
    help = "export with `--format onnx`, or change the layer"
    return SpecError.of("cannot-export", f"LiteRT has no built-in operator{what}", help)

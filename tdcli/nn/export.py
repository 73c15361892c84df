"""A Keras model written in the formats of other runtimes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import onnx

from tdcli.data._dataset import Array
from tdcli.nn.flattened import flattened, unrolled
from tdcli.nn.quiet import quiet
from tdcli.nn.start import keras, tf
from tdcli.text.diagnostic import UserError


def write_saved_model(model: Any, path: Path) -> None:
    """Write a folder that TensorFlow serves."""
    with quiet():
        model.export(str(path), format="tf_saved_model", verbose=False)


def write_onnx(model: Any, path: Path) -> None:
    """Write an ONNX file; any batch size, and any number of timesteps where the model takes any."""
    with quiet(), catch_warnings():
        simplefilter("ignore")  # Keras 3.15 asks NumPy for names that it no longer has
        flattened(model).export(str(path), format="onnx", verbose=False, input_signature=_signature(model))
    written = onnx.load(path)
    for tensor in (*written.graph.input, *written.graph.output):
        for size, name in zip(tensor.type.tensor_type.shape.dim, ("batch", "time"), strict=False):
            if not size.dim_value:
                size.dim_param = name
    onnx.save(written, path)


def write_litert(
    model: Any, path: Path, timesteps: int, quantization: str | None = None, samples: Array | None = None
) -> None:
    """Write a LiteRT file of built-in operators, for any batch size and this number of timesteps.

    quantization: `dynamic` keeps weights in 8 bits, `float16` in 16, `int8` computes in 8 bits in ranges that
    `samples` show. Raises UserError where LiteRT has no operator for a layer.
    """
    target: dict[str, Any] = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
    settings: dict[str, Any] = {"optimizations": [tf.lite.Optimize.DEFAULT]} if quantization else {}
    if quantization == "float16":
        target["supported_types"] = [tf.float16]
    if quantization == "int8" and samples is not None:
        settings["representative_dataset"] = _one_by_one(samples)
    try:
        with quiet():
            copy = unrolled(model, timesteps)
            copy.export(str(path), format="litert", verbose=False, target_spec=target, **settings)
    except Exception as error:  # the converter's own class is not public
        if type(error).__name__ != "ConverterError":
            raise
        raise _no_operator(error) from None


def _signature(model: Any) -> list[Any]:
    return [keras.InputSpec(shape=each.shape, dtype=each.dtype, name=each.name) for each in model.inputs]


def _one_by_one(samples: Array) -> Callable[[], Iterator[list[Array]]]:
    return lambda: ([samples[place : place + 1]] for place in range(len(samples)))


def _no_operator(error: Exception) -> UserError:
    names = sorted({line.split("(")[0].strip() for line in str(error).splitlines() if line.strip().startswith("tf.")})
    what = f" for {', '.join(f'`{name}`' for name in names)}" if names else ""
    help = "export with `--format onnx`, or change the layer"
    return UserError.of("cannot-export", f"LiteRT has no built-in operator{what}", help)

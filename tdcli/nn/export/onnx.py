"""Write ONNX files with tf2onnx."""

from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import onnx

from tdcli.nn.export.core.options import ExportOptions
from tdcli.nn.model.export_graph import prepare_for_onnx
from tdcli.nn.runtime.tensorflow import keras
from tdcli.nn.runtime.types import KerasModel
from tdcli.stderr import hold_back_stderr


def write(model: KerasModel, path: Path, options: ExportOptions) -> None:
    """Write an ONNX file, for any batch size, and for any number of timesteps if the model accepts any."""
    with hold_back_stderr(), catch_warnings():
        simplefilter("ignore")  # Keras 3.15 uses names that NumPy has removed
        prepare_for_onnx(model).export(str(path), format="onnx", verbose=False, input_signature=_input_signature(model))
    written = onnx.load(path)
    for tensor in (*written.graph.input, *written.graph.output):
        for size, name in zip(tensor.type.tensor_type.shape.dim, ("batch", "time"), strict=False):
            if not size.dim_value:
                size.dim_param = name
    onnx.save(written, path)


def _input_signature(model: KerasModel) -> list[Any]:
    return [keras.InputSpec(shape=tensor.shape, dtype=tensor.dtype, name=tensor.name) for tensor in model.inputs]

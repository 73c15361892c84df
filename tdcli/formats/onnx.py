"""An ONNX file, computed by ONNX Runtime."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from tdcli.data._dataset import Array
from tdcli.formats._base import METADATA, ModelFile, as_float32, batches, metadata_of, unreadable
from tdcli.runs.archive import unsafe
from tdcli.text.diagnostic import Fault

ERRORS_ONLY = 3


class File(ModelFile):
    """Metadata stands among the model's properties."""

    def metadata(self) -> dict[str, Any]:
        """Return what was attached."""
        text = self._session.get_modelmeta().custom_metadata_map.get(METADATA)
        return metadata_of(text, self.path) if text else {}

    def attach(self, metadata: dict[str, Any]) -> None:
        """Add it to the model's properties."""
        model = onnx.load(self.path)
        model.metadata_props.add(key=METADATA, value=json.dumps(metadata))
        onnx.save(model, self.path)

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples."""
        name = self._session.get_inputs()[0].name
        return np.concatenate([self._session.run(None, {name: values})[0] for values in batches(as_float32(x))])

    @cached_property
    def _session(self) -> Any:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = ERRORS_ONLY
        try:
            model = onnx.load(self.path, load_external_data=False)
            refuse_other_files(self.path, model)
            return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        except Fault:
            raise
        except Exception as error:  # neither of the two has a base class for its exceptions
            raise unreadable(
                self.path, "an ONNX model", (str(error).splitlines() or ["it is damaged"])[0][:200]
            ) from None


def refuse_other_files(path: Path, model: Any) -> None:
    """Raise UserError where weights are to be read from other files, which may be any file of this machine."""
    for tensor in model.graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            raise unsafe(path, f"its weights `{tensor.name}` would be read from another file")

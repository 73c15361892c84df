"""Run an ONNX file with ONNX Runtime."""

import time
from contextlib import AbstractContextManager
from functools import cache, cached_property
from threading import Timer
from typing import Any

import numpy as np
import onnx
import onnxruntime

from tdcli.data.dataset import Array
from tdcli.formats.core.base import (
    METADATA,
    SECONDS_OF_SAMPLE,
    TIMES_AS_LONG,
    ModelFile,
    as_float32,
    batches,
    dump_metadata,
    endless_batches,
    metadata_of,
    translate_damage,
)
from tdcli.formats.core.onnx_graph import has_loops, refuse_large_tensors, refuse_other_files
from tdcli.machine import available_memory

SILENT = 4


class File(ModelFile):
    """An ONNX file. The metadata is a property of the model."""

    def metadata(self) -> dict[str, Any]:
        """Return the metadata."""
        text = self._session.get_modelmeta().custom_metadata_map.get(METADATA)
        return metadata_of(text, self.path) if text else {}

    def attach(self, metadata: dict[str, Any]) -> None:
        """Add metadata to the properties of the model."""
        model = onnx.load(self.path, load_external_data=False)
        model.metadata_props.add(key=METADATA, value=dump_metadata(metadata))
        onnx.save(model, self.path)

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples. Raises SpecError if the model fails or does not end in time."""
        with self._reading():
            return np.concatenate(list(self._outputs(as_float32(x))))

    def _outputs(self, x: Array) -> list[Array]:
        if not has_loops(self._model):
            return [self._computed(values) for values in batches(x)]
        begin = time.monotonic()
        first = self._computed(x[:1], SECONDS_OF_SAMPLE)
        seconds = SECONDS_OF_SAMPLE + TIMES_AS_LONG * (time.monotonic() - begin)
        return [first, *(self._computed(values, seconds * len(values)) for values in batches(x[1:]))]

    def _computed(self, x: Array, seconds: float | None = None) -> Array:
        """Return the outputs of one batch. Raises SpecError if they take longer."""
        options, name = onnxruntime.RunOptions(), self._session.get_inputs()[0].name
        if seconds is None:
            return np.asarray(self._session.run(None, {name: x}, options)[0])
        stop = Timer(seconds, setattr, (options, "terminate", True))
        stop.daemon = True
        stop.start()
        try:
            return np.asarray(self._session.run(None, {name: x}, options)[0])
        except Exception:
            if options.terminate:
                raise endless_batches(self.path, seconds) from None
            raise
        finally:
            stop.cancel()

    def _reading(self) -> AbstractContextManager[None]:
        return translate_damage(self.path, "an ONNX model")

    @cached_property
    def _model(self) -> Any:
        with self._reading():
            model = onnx.load(self.path, load_external_data=False)
        refuse_other_files(self.path, model)
        refuse_large_tensors(self.path, model, available_memory())
        return model

    @cached_property
    def _session(self) -> Any:
        model, options = self._model, onnxruntime.SessionOptions()
        options.log_severity_level = SILENT
        options.add_session_config_entry("session.use_env_allocators", "1")
        with self._reading():
            _limit_memory()
            return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


@cache
def _limit_memory() -> None:
    """Limit all sessions of this process to the available memory, because a file can ask for tensors of any size."""
    arena, place = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, onnxruntime.OrtMemType.DEFAULT
    limit = onnxruntime.OrtArenaCfg({"max_mem": available_memory(), "arena_extend_strategy": 1})
    onnxruntime.create_and_register_allocator(onnxruntime.OrtMemoryInfo("Cpu", arena, 0, place), limit)

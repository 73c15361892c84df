"""A LiteRT file, computed by LiteRT with its built-in operators."""

import zipfile
from functools import cached_property
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from tdcli.data._dataset import Array
from tdcli.formats._archive import attach, attached
from tdcli.formats._base import ModelFile, as_float32, batches, damage
from tdcli.nn.quiet import quiet
from tdcli.text.diagnostic import UserError


class File(ModelFile):
    """Metadata stands in a zip archive behind the model, as LiteRT's own associated files do."""

    def metadata(self) -> dict[str, Any]:
        """Return what was attached."""
        return attached(self.path, "a LiteRT model") if zipfile.is_zipfile(self.path) else {}

    def attach(self, metadata: dict[str, Any]) -> None:
        """Put an archive behind the model."""
        attach(self.path, metadata)

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples; shorter ones than the model's are padded. Raises UserError for longer."""
        padded = self._padded(as_float32(x))
        with damage(self.path, "a LiteRT model"):
            found = np.concatenate([self._computed(values) for values in batches(padded)])
        return found[:, : x.shape[1]] if padded.shape[1] != x.shape[1] and found.ndim > 2 else found

    def _computed(self, x: Array) -> Array:
        (taken,), (given,) = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        if tuple(taken["shape"]) != x.shape:
            self._interpreter.resize_tensor_input(taken["index"], x.shape)
            self._interpreter.allocate_tensors()
        self._interpreter.set_tensor(taken["index"], x)
        self._interpreter.invoke()
        return self._interpreter.get_tensor(given["index"])  # type: ignore[no-any-return]

    def _padded(self, x: Array) -> Array:
        timesteps, padding = self._timesteps, self.metadata().get("padding")
        if x.shape[1] > timesteps:
            message = f"`{self.path}` takes {timesteps} timesteps, the longest sample has {x.shape[1]}"
            raise UserError.of("timesteps-mismatch", message, f"export again with `--timesteps {x.shape[1]}`")
        if x.shape[1] == timesteps or padding is None:
            return x
        width = [(0, 0), (0, timesteps - x.shape[1]), *[(0, 0)] * (x.ndim - 2)]
        return np.pad(x, width, constant_values=float(padding))

    @property
    def _timesteps(self) -> int:
        return int(self._interpreter.get_input_details()[0]["shape"][1])

    @cached_property
    def _interpreter(self) -> Any:
        with damage(self.path, "a LiteRT model"), quiet():
            interpreter = Interpreter(model_path=str(self.path))
            interpreter.allocate_tensors()
            return interpreter

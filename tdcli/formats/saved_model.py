"""Run a SavedModel with TensorFlow, without Keras."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.formats.core.base import (
    METADATA,
    ModelFile,
    as_float32,
    batches,
    dump_metadata,
    metadata_of,
    translate_damage,
)
from tdcli.nn.runtime.tensorflow import tf

EXTRA = "assets.extra"
"""The folder in a SavedModel for files of other tools."""


class File(ModelFile):
    """A SavedModel. The metadata is a file among its extra assets."""

    def metadata(self) -> dict[str, Any]:
        """Return the metadata."""
        return metadata_of(self._attached.read_bytes(), self.path) if self._attached.is_file() else {}

    def attach(self, metadata: dict[str, Any]) -> None:
        """Write metadata to a file in the folder."""
        self._attached.parent.mkdir(exist_ok=True)
        self._attached.write_text(dump_metadata(metadata), encoding="utf-8")

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples."""
        return np.concatenate([self._model.serve(values).numpy() for values in batches(as_float32(x))])

    @property
    def _attached(self) -> Path:
        return self.path / EXTRA / METADATA

    @cached_property
    def _model(self) -> Any:
        with translate_damage(self.path, "a SavedModel"):
            return tf.saved_model.load(str(self.path))

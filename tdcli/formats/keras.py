"""A `.keras` archive, computed by Keras."""

import json
import zipfile
from functools import cached_property
from typing import Any
from zipfile import BadZipFile

from tdcli.data._dataset import Array
from tdcli.formats._base import BATCH, METADATA, ModelFile, as_float32, unreadable
from tdcli.formats._untrusted import check_archive, refuse_code
from tdcli.nn.memory import enough_memory
from tdcli.nn.start import keras

_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, BadZipFile)


class File(ModelFile):
    """Metadata stands beside Keras's own files in the archive, which Keras passes over."""

    def metadata(self) -> dict[str, Any]:
        """Return what was attached."""
        check_archive(self.path)
        with zipfile.ZipFile(self.path) as archive:
            return json.loads(archive.read(METADATA)) if METADATA in archive.namelist() else {}

    def attach(self, metadata: dict[str, Any]) -> None:
        """Add it to the archive."""
        with zipfile.ZipFile(self.path, "a") as archive:
            archive.writestr(METADATA, json.dumps(metadata))

    @enough_memory()
    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples."""
        return self.model.predict(as_float32(x), batch_size=BATCH, verbose=0)  # type: ignore[no-any-return]

    @cached_property
    def model(self) -> Any:
        """The Keras model, of Keras's own layers alone. Raises UserError for any other."""
        refuse_code(self.path)
        try:
            return keras.saving.load_model(self.path, compile=False, safe_mode=True)
        except _DAMAGE:
            why = f"it is damaged, or of a Keras that {keras.__version__} does not read"
            raise unreadable(self.path, "a Keras model", why, "train again with `tdcli train`") from None

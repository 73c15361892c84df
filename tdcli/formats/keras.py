"""Run a `.keras` archive with Keras."""

from functools import cached_property
from typing import Any

from tdcli.data.dataset import Array
from tdcli.formats.core.archive import read_attachment, write_attachment
from tdcli.formats.core.base import BATCH, ModelFile, as_float32, unreadable_model
from tdcli.formats.core.keras_weights import refuse_large_weights
from tdcli.formats.core.untrusted import read_config, refuse_code
from tdcli.nn.runtime.memory import enough_memory
from tdcli.nn.runtime.tensorflow import keras
from tdcli.runs.archive import check_archive
from tdcli.text.damage import translate_errors
from tdcli.text.errors import SpecError


class File(ModelFile):
    """A `.keras` archive. The metadata is an extra file in it, which Keras ignores."""

    def metadata(self) -> dict[str, Any]:
        """Return the metadata."""
        return read_attachment(self.path, "a Keras model")

    def attach(self, metadata: dict[str, Any]) -> None:
        """Add metadata to the archive."""
        write_attachment(self.path, metadata)

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples."""
        with translate_errors(lambda _: self._damaged()), enough_memory():
            return self.model.predict(as_float32(x), batch_size=BATCH, verbose=0)  # type: ignore[no-any-return]

    @cached_property
    def model(self) -> Any:
        """The Keras model. Raises SpecError if it has layers other than Keras's own."""
        with translate_errors(lambda _: self._damaged()):
            check_archive(self.path)
            config = read_config(self.path)
            refuse_code(self.path, config)
            refuse_large_weights(self.path, config)
            return keras.saving.load_model(self.path, compile=False, safe_mode=True)

    def _damaged(self) -> SpecError:
        why = f"it is damaged, or was written by a version of Keras that Keras {keras.__version__} cannot read"
        return unreadable_model(self.path, "a Keras model", why, "train again with `tdcli train`")

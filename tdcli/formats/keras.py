"""A `.keras` archive, computed by Keras."""

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
    """Metadata stands beside Keras's own files in the archive, which Keras passes over."""

    def metadata(self) -> dict[str, Any]:
        """Return what was attached."""
        return read_attachment(self.path, "a Keras model")

    def attach(self, metadata: dict[str, Any]) -> None:
        """Add it to the archive."""
        write_attachment(self.path, metadata)

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples."""
        with translate_errors(lambda _: self._damaged()), enough_memory():
            return self.model.predict(as_float32(x), batch_size=BATCH, verbose=0)  # type: ignore[no-any-return]

    @cached_property
    def model(self) -> Any:
        """The Keras model, of Keras's own layers alone. Raises SpecError for any other."""
        with translate_errors(lambda _: self._damaged()):
            check_archive(self.path)
            config = read_config(self.path)
            refuse_code(self.path, config)
            refuse_large_weights(self.path, config)
            return keras.saving.load_model(self.path, compile=False, safe_mode=True)

    def _damaged(self) -> SpecError:
        why = f"it is damaged, or was written by a Keras that {keras.__version__} cannot read"
        return unreadable_model(self.path, "a Keras model", why, "train again with `tdcli train`")

"""Write a SavedModel, a folder that TensorFlow can serve."""

from pathlib import Path

from tdcli.nn.export.core.options import ExportOptions
from tdcli.nn.runtime.types import KerasModel
from tdcli.stderr import hold_back_stderr


def write(model: KerasModel, path: Path, options: ExportOptions) -> None:
    """Write a SavedModel, for any batch size, and for any number of timesteps if the model accepts any."""
    with hold_back_stderr():
        model.export(str(path), format="tf_saved_model", verbose=False)

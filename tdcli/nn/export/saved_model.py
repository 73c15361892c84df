"""A folder that TensorFlow serves."""

from pathlib import Path
from typing import Any

from tdcli.nn.export.core.options import Options
from tdcli.text.quiet import quiet


def write(model: Any, path: Path, options: Options) -> None:
    """Write a SavedModel, for any batch size, and any number of timesteps where the model takes any."""
    with quiet():
        model.export(str(path), format="tf_saved_model", verbose=False)

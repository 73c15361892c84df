"""Write Keras's own archive format."""

from pathlib import Path

from tdcli.nn.export.core.options import ExportOptions
from tdcli.nn.runtime.types import KerasModel


def write(model: KerasModel, path: Path, options: ExportOptions) -> None:
    """Write a `.keras` file."""
    model.save(path)

"""Keras's own archive."""

from pathlib import Path
from typing import Any

from tdcli.nn.export.core.options import Options


def write(model: Any, path: Path, options: Options) -> None:
    """Write a `.keras` file."""
    model.save(path)

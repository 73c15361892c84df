"""Make the paths of a spec absolute, so that it stays valid in the folder of a run."""

from pathlib import Path
from typing import Any

from tdcli.services.specs.compile import Compiled


def resolved_values(compiled: Compiled) -> dict[str, Any]:
    """Return the values of a document, including settings and name, with absolute data paths."""
    values = {"name": compiled.spec.name, **compiled.document.values}
    if compiled.spec.data is not None:
        folder, keys = compiled.folder.resolve(), compiled.spec.data.path_keys
        values["data"] = {
            key: _make_absolute(value, folder) if key in keys else value for key, value in values["data"].items()
        }
    return values


def _make_absolute(value: Any, folder: Path) -> Any:
    if isinstance(value, str):
        return str(folder / value)
    if isinstance(value, list | tuple):
        return [_make_absolute(each, folder) for each in value]
    return {key: _make_absolute(each, folder) for key, each in value.items()} if isinstance(value, dict) else value

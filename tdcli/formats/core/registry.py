"""Find the format of a file by its name, before anything is loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.text.registry import find_module, module_names

if TYPE_CHECKING:
    from tdcli.formats.core.base import ModelFile

_FORMATS_PACKAGE = "tdcli.formats"

ENDINGS = {"keras": ".keras", "onnx": ".onnx", "litert": ".tflite", "saved_model": ""}
"""A SavedModel is a folder."""

SAVED_MODEL = "saved_model.pb"


def format_names() -> tuple[str, ...]:
    """Return the values that `--format` accepts."""
    return tuple(name.replace("_", "-") for name in module_names(_FORMATS_PACKAGE))


def find_format(path: Path) -> str | None:
    """Return the name of a file's format, or None if no format has its extension."""
    if path.is_dir():
        return "saved_model" if (path / SAVED_MODEL).is_file() else None
    return next((name for name, ending in ENDINGS.items() if ending and path.suffix == ending), None)


def open_model_file(path: Path, name: str | None = None) -> "ModelFile":
    """Return the model file. This loads the runtime of its format. name: the format, if it is known."""
    found = vars(find_module(_FORMATS_PACKAGE, name or find_format(path) or ""))
    return found["File"](path)  # type: ignore[no-any-return]

"""Which format a file is of, told by its name, before anything of it is loaded."""

from pathlib import Path
from typing import TYPE_CHECKING

from tdcli.text.registry import module, modules

if TYPE_CHECKING:
    from tdcli.formats.core.base import ModelFile

_PACKAGE = "tdcli.formats"

ENDINGS = {"keras": ".keras", "onnx": ".onnx", "litert": ".tflite", "saved_model": ""}
"""A SavedModel is a folder."""

SAVED_MODEL = "saved_model.pb"


def format_names() -> tuple[str, ...]:
    """Return what `--format` can be."""
    return tuple(name.replace("_", "-") for name in modules(_PACKAGE))


def format_of(path: Path) -> str | None:
    """Return the name of a file's format; None where it is of none."""
    if path.is_dir():
        return "saved_model" if (path / SAVED_MODEL).is_file() else None
    return next((name for name, ending in ENDINGS.items() if ending and path.suffix == ending), None)


def model_file(path: Path, name: str | None = None) -> "ModelFile":
    """Return the file in the hands of its format, whose runtime is loaded now; `name`: the format, if known."""
    found = vars(module(_PACKAGE, name or format_of(path) or ""))
    return found["File"](path)  # type: ignore[no-any-return]

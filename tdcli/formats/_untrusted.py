"""Archives of models from elsewhere, judged before Keras reads them: what they hold, and how much."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from tdcli.formats._base import unreadable
from tdcli.text.diagnostic import UserError
from tdcli.text.quantities import bytes_text

CONFIG = "config.json"
MOST_BYTES = 2**34
"""How large the files of an archive may become, all together."""
MOST_TIMES = 100
"""How many times its size an archive may become; weights hardly shrink, so that a larger one is a trap."""
MOST_CONFIG_BYTES = 2**26


def check_archive(path: Path) -> None:
    """Raise UserError where a zip archive is damaged, leaves its folder, or is larger inside than can be meant."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (OSError, zipfile.BadZipFile):
        raise unreadable(path, "a Keras model", "it is no sound archive", "train again with `tdcli train`") from None
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in member.filename:
            raise unsafe(path, f"its file `{member.filename}` would be written outside its folder")
    size = sum(member.file_size for member in members)
    if size > MOST_BYTES or size > MOST_TIMES * max(path.stat().st_size, 2**20):
        raise unsafe(path, f"its files take {bytes_text(size)}, the archive {bytes_text(path.stat().st_size)}")


def refuse_code(path: Path) -> None:
    """Raise UserError where a `.keras` archive names anything but Keras's own layers, or a Lambda."""
    check_archive(path)
    for layer in _objects(_config(path)):
        name, module = layer.get("class_name"), layer.get("module")
        if name == "Lambda" or name == "__lambda__":
            raise unsafe(path, "it has a `Lambda`, which holds Python code")
        if layer.get("registered_name") and ">" in str(layer["registered_name"]):
            raise unsafe(path, f"`{layer['registered_name']}` is a custom object, whose code is not in the file")
        if isinstance(module, str) and module.split(".")[0] not in ("keras", "builtins"):
            raise unsafe(path, f"`{module}.{name}` is a custom object: loading it would import `{module}`")


def _config(path: Path) -> Any:
    why = "it is damaged"
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(CONFIG).file_size > MOST_CONFIG_BYTES:
                raise unsafe(path, f"its {CONFIG} is larger than {bytes_text(MOST_CONFIG_BYTES)}")
            return json.loads(archive.read(CONFIG))
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile):
        raise unreadable(path, "a Keras model", why, "train again with `tdcli train`") from None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping of a configuration that stands for an object, however deep."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "class_name" in each:
                yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each


def unsafe(path: Path, reason: str) -> UserError:
    """Say why a file is not loaded."""
    why = "a model file may come from anywhere, and loading it must run nothing that it brings along"
    help = "use layers of Keras's own, or load it yourself with Keras if you trust where it comes from"
    return UserError.of("unsafe-model", f"`{path}` is refused: {reason}", help, why=why)

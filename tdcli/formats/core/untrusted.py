"""Check the objects in an untrusted `.keras` archive before Keras creates them."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tdcli.runs.archive import unsafe_archive

CONFIG = "config.json"
MOST_CONFIG_BYTES = 2**26
OWN_MODULES = ("keras", "builtins")


def refuse_code(path: Path, config: Any) -> None:
    """Raise SpecError if the configuration of a `.keras` archive has a Lambda, or objects that are not Keras's own."""
    for each in _named_objects(config):
        name, module, registered = (str(each.get(key) or "") for key in ("class_name", "module", "registered_name"))
        if name in ("Lambda", "__lambda__"):
            raise unsafe_archive(path, "it has a `Lambda`, which contains Python code")
        if ">" in registered:
            raise unsafe_archive(path, f"`{registered}` is a custom object, whose code is not in the file")
        if module and module.split(".")[0] not in OWN_MODULES:
            raise unsafe_archive(path, f"`{module}.{name}` is a custom object: loading it would import `{module}`")


def read_config(path: Path) -> Any:
    """Return the configuration of a `.keras` archive. Raises SpecError if it is too large."""
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(CONFIG).file_size > MOST_CONFIG_BYTES:
            size = f"{archive.getinfo(CONFIG).file_size:,} bytes, more than the maximum of {MOST_CONFIG_BYTES:,}"
            raise unsafe_archive(path, f"its `{CONFIG}` has {size}")
        return json.loads(archive.read(CONFIG))


def _named_objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping in a configuration that describes an object, at any depth."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "class_name" in each:
                yield each
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each

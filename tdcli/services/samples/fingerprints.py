"""Identify the version of a data file by its size and hash."""

import hashlib
from typing import Any

from tdcli.data.dataset import Dataset


def fingerprints(data: Dataset) -> dict[str, dict[str, Any]]:
    """Return the size in bytes and the SHA-256 of every file that was read, by absolute path."""
    found = {}
    for path in data.files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        found[str(path.resolve())] = {"bytes": path.stat().st_size, "sha256": digest}
    return found

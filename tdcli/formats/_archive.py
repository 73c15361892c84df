"""Metadata in a zip archive: that of a `.keras` file, or one that stands behind a model in the same file."""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

from tdcli.formats._base import METADATA, metadata_of, unreadable
from tdcli.runs.archive import check_archive


def attach(path: Path, metadata: dict[str, Any]) -> None:
    """Add metadata to the archive, or put an archive behind a file that is none."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(METADATA, json.dumps(metadata))


def attached(path: Path, kind: str) -> dict[str, Any]:
    """Return what was attached; nothing where nothing was. Raises UserError where the archive is not sound."""
    try:
        check_archive(path)
        with zipfile.ZipFile(path) as archive:
            data = archive.read(METADATA) if METADATA in archive.namelist() else b"{}"
    except (OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error, zipfile.BadZipFile):
        raise unreadable(path, kind, "it is no sound archive") from None
    return metadata_of(data, path)

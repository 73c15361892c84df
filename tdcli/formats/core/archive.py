"""Metadata in a zip archive: that of a `.keras` file, or one that stands behind a model in the same file."""

import zipfile
from pathlib import Path
from typing import Any

from tdcli.formats.core.base import METADATA, dump_metadata, metadata_of, translate_damage
from tdcli.runs.archive import check_archive


def write_attachment(path: Path, metadata: dict[str, Any]) -> None:
    """Add metadata to the archive, or put an archive behind a file that is none."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(METADATA, dump_metadata(metadata))


def read_attachment(path: Path, kind: str) -> dict[str, Any]:
    """Return what was attached; nothing where nothing was. Raises SpecError where the archive is not sound."""
    with translate_damage(path, kind):
        check_archive(path)
        with zipfile.ZipFile(path) as archive:
            text = archive.read(METADATA) if METADATA in archive.namelist() else b"{}"
    return metadata_of(text, path)

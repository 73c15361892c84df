"""Read and write metadata in a zip archive: a `.keras` file, or an archive appended to a model in the same file."""

import zipfile
from pathlib import Path
from typing import Any

from tdcli.formats.core.base import METADATA, dump_metadata, metadata_of, translate_damage
from tdcli.runs.archive import check_archive


def write_attachment(path: Path, metadata: dict[str, Any]) -> None:
    """Add metadata to the archive. If the file is not an archive, append one to it."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(METADATA, dump_metadata(metadata))


def read_attachment(path: Path, kind: str) -> dict[str, Any]:
    """Return the metadata, or an empty mapping if there is none. Raises SpecError if the archive is damaged."""
    with translate_damage(path, kind):
        check_archive(path)
        with zipfile.ZipFile(path) as archive:
            text = archive.read(METADATA) if METADATA in archive.namelist() else b"{}"
    return metadata_of(text, path)

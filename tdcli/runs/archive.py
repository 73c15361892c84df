"""Check the paths and sizes of the files in an untrusted ZIP archive before any of them is read."""

import zipfile
from pathlib import Path, PurePosixPath

from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes

MOST_ARCHIVE_BYTES = 2**34
"""The largest total size of the files in an archive."""

MOST_COMPRESSION = 100
"""How many times larger than the archive its files may be. Numbers hardly compress, so a higher ratio is an attack."""

SMALLEST_CHECKED = 2**20
"""A smaller archive is treated as if it had this size."""


def check_archive(path: Path) -> None:
    """Raise SpecError if a file of an archive would be written outside its folder, or if its files are too large.

    Raises OSError or BadZipFile if the archive is invalid.
    """
    if not path.is_file():
        raise OSError(f"`{path}` is not a regular file")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in member.filename:
            raise unsafe_archive(path, f"its file `{member.filename}` would be written outside its folder")
    size, archived = sum(member.file_size for member in members), path.stat().st_size
    if size > MOST_ARCHIVE_BYTES or size > MOST_COMPRESSION * max(archived, SMALLEST_CHECKED):
        raise unsafe_archive(path, f"its files expand to {format_bytes(size)} from {format_bytes(archived)}")


TO_TRUST = "use only Keras's own layers, or load the file with Keras yourself if you trust its source"


def unsafe_archive(path: Path, reason: str, help: str = TO_TRUST) -> SpecError:
    """Return the error for a file that is not safe to load."""
    why = "a model file may come from anyone, so loading it must not run its code or exhaust the memory"
    return SpecError.of("unsafe-model", f"`{path}` is not safe to load: {reason}", help, why=why)

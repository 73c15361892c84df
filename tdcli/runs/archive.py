"""Zip archives from elsewhere, judged before anything in them is read: where their files would go, and how large."""

import zipfile
from pathlib import Path, PurePosixPath

from tdcli.text.errors import SpecError
from tdcli.text.quantities import format_bytes

MOST_ARCHIVE_BYTES = 2**34
"""How large the files of an archive may become, all together."""

MOST_COMPRESSION = 100
"""How many times its size an archive may become; numbers hardly shrink, so that a larger one is a trap."""

SMALLEST_CHECKED = 2**20
"""An archive below this size may become MOST_TIMES as large as if it had it."""


def check_archive(path: Path) -> None:
    """Raise SpecError where a file of an archive would lie outside its folder, or all are larger than can be meant.

    Raises OSError or BadZipFile where it is no sound archive.
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
        raise unsafe_archive(path, f"its files take {format_bytes(size)}, the archive {format_bytes(archived)}")


TO_TRUST = "use layers of Keras's own; load it yourself with Keras if you trust where it comes from"


def unsafe_archive(path: Path, reason: str, help: str = TO_TRUST) -> SpecError:
    """Say why a file is not loaded."""
    why = "a file may come from anywhere, and loading it must neither run what it brings along nor fill the machine"
    return SpecError.of("unsafe-model", f"`{path}` is refused: {reason}", help, why=why)

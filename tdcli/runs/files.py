"""Write files and folders atomically, so that they are either complete or absent."""

import errno
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tdcli.text.errors import ExecutionError, SpecError

MOST_FILE_BYTES = 2**26
"""The largest size of a text file that tdcli wrote and reads again."""

LONGEST_END = 40
"""The number of characters at the end of a file's name that the name of its temporary file keeps."""

_UNFINISHED = re.compile(r"\.[a-z0-9_]{8}-(.+)")


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` create a temporary file next to `path`, then move it to `path` in one step.

    A replaced file keeps its mode, and links still point to it. A pipe or a device, such as `/dev/stdout`, receives the
    complete content at once. Raises SpecError for a read-only file, and ExecutionError if the disk is full or the
    permission is missing. An error leaves no files behind.
    """
    refuse_read_only(path)
    try:
        if _is_special(path):
            _send(path, write)
        else:
            _replace(_resolve_link(path), write)
    except OSError as error:
        raise cannot_write(path, error) from None


def refuse_read_only(path: Path) -> None:
    """Raise SpecError if the file exists and is read-only, even for its owner."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if stat.S_ISREG(mode) and not (mode & _WRITABLE and os.access(path, os.W_OK)):
        help = "choose another path, or make the file writable with `chmod u+w`"
        raise SpecError.of("cannot-write", f"cannot write `{path}`: it is read-only", help)


_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def _resolve_link(path: Path) -> Path:
    """Return the target of a link, and any other path unchanged. Raises OSError for a link that points to itself."""
    try:
        return path.resolve() if path.is_symlink() else path
    except RuntimeError:  # raised by Python before 3.13
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _send(path: Path, write: Callable[[Path], Any]) -> None:
    """Write to a device or a pipe. Raises OSError, without waiting if no process reads the pipe."""
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / path.name
        write(part)
        target = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.set_blocking(target, True)
        with part.open("rb") as source, os.fdopen(target, "wb") as sink:
            shutil.copyfileobj(source, sink)


def _replace(path: Path, write: Callable[[Path], Any]) -> None:
    """Write a temporary file and move it to `path`. Raises OSError."""
    with _temporary_path(path) as part:
        write(part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(_mode_for(path))
        part.replace(path)


@contextmanager
def _temporary_path(path: Path) -> Iterator[Path]:
    """Create an empty file next to `path`, and remove it at the end."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=f"-{path.name[-LONGEST_END:]}", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)


def unfinished_files(folder: Path, names: Collection[str]) -> list[Path]:
    """Return the temporary files in a folder that a process left when it was killed while it wrote `names`."""
    found = ((path, _UNFINISHED.fullmatch(path.name)) for path in folder.iterdir())
    return [path for path, match in found if match and match[1] in names]


def _mode_for(path: Path) -> int:
    """Return the mode of the existing file, or of a new one."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()


def write_folder(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` create a temporary folder next to `path`, then move it to `path` in one step.

    Raises SpecError if `path` exists, and ExecutionError if the disk is full or the permission is missing.
    """
    if path.exists():
        raise SpecError.of("wrong-option", f"`{path}` already exists", "remove it, or choose another path")
    try:
        with tempfile.TemporaryDirectory(prefix=".", suffix=f"-{path.name}", dir=path.parent) as name:
            part = Path(name) / path.name
            write(part)
            part.rename(path)
    except OSError as error:
        raise cannot_write(path, error) from None


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically."""
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def write_json(path: Path, values: Any) -> None:
    """Write a JSON file atomically."""
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def cannot_write(path: Path, error: OSError) -> ExecutionError:
    """Return the error for a file or folder that cannot be written."""
    of_system = _OF_RUST.search(str(error))
    number = error.errno or (int(of_system[1]) if of_system else 0)
    reason = error.strerror or (os.strerror(number) if number else str(error))
    return ExecutionError.of(
        "cannot-write", f"cannot write `{path}`: {reason}", _HELP_FOR_ERRNO.get(number, "choose another path")
    )


_OF_RUST = re.compile(r"\(os error ([0-9]+)\)")
"""How messages of Polars contain the number of a system error."""


_HELP_FOR_ERRNO = {
    errno.ENOENT: "create the folder first, or choose another path",
    errno.ENOSPC: "free some disk space, or choose another path",
    errno.ENXIO: "start the program that reads the pipe first",
}


def read_regular_file(path: Path, most: int = MOST_FILE_BYTES) -> bytes:
    """Return the content of a file. Raises OSError if it is not a regular file or is larger than `most` bytes."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if status.st_size > most:
        raise OSError(errno.EFBIG, "it is too large")
    return path.read_bytes()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

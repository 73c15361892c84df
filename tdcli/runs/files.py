"""Files that appear whole or not at all."""

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
"""Of a text that tdcli wrote and reads again."""

LONGEST_END = 40
"""Letters of a file's name that its unfinished file carries too, its ending among them."""

_UNFINISHED = re.compile(r"\.[a-z0-9_]{8}-(.+)")


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` make a file beside `path`, then put it in its place in one step.

    A file that is replaced keeps its mode, and a link still leads to it. What is no file, such as a pipe or
    `/dev/stdout`, is written to once the whole is there. Raises SpecError for a read-only file, ExecutionError where
    there is no room or no right to write; nothing is left behind.
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
    """Raise SpecError where a file is there that nobody may write, not even its owner."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return
    if stat.S_ISREG(mode) and not (mode & _WRITABLE and os.access(path, os.W_OK)):
        help = "choose another place, or allow it with `chmod u+w`"
        raise SpecError.of("cannot-write", f"cannot write `{path}`: it is read-only", help)


_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def _resolve_link(path: Path) -> Path:
    """Return where a link leads; any other path as it is. Raises OSError for a link that leads to itself."""
    try:
        return path.resolve() if path.is_symlink() else path
    except RuntimeError:  # as Python before 3.13 has it
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None


def _is_special(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _send(path: Path, write: Callable[[Path], Any]) -> None:
    """Write to a device or a pipe. Raises OSError, of a pipe that nobody reads at once."""
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / path.name
        write(part)
        target = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        os.set_blocking(target, True)
        with part.open("rb") as source, os.fdopen(target, "wb") as sink:
            shutil.copyfileobj(source, sink)


def _replace(path: Path, write: Callable[[Path], Any]) -> None:
    """Write beside a file and put it in its place. Raises OSError."""
    with _temporary_path(path) as part:
        write(part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(_mode_for(path))
        part.replace(path)


@contextmanager
def _temporary_path(path: Path) -> Iterator[Path]:
    """Make an empty file beside `path`, which is gone in the end."""
    handle, name = tempfile.mkstemp(prefix=".", suffix=f"-{path.name[-LONGEST_END:]}", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)


def unfinished_files(folder: Path, names: Collection[str]) -> list[Path]:
    """Return what a process left in a folder that was killed while it wrote files of these names."""
    found = ((path, _UNFINISHED.fullmatch(path.name)) for path in folder.iterdir())
    return [path for path, match in found if match and match[1] in names]


def _mode_for(path: Path) -> int:
    """Return the mode of the file that is there, or of a new one."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()


def write_folder(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` make a folder beside `path`, then put it in its place in one step.

    Raises SpecError where something is there already, ExecutionError where there is no room or no right to write.
    """
    if path.exists():
        raise SpecError.of("wrong-option", f"`{path}` exists already", "remove it, or choose another place")
    try:
        with tempfile.TemporaryDirectory(prefix=".", suffix=f"-{path.name}", dir=path.parent) as name:
            part = Path(name) / path.name
            write(part)
            part.rename(path)
    except OSError as error:
        raise cannot_write(path, error) from None


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    write_whole(path, lambda part: part.write_text(text, encoding="utf-8"))


def write_json(path: Path, values: Any) -> None:
    """Write a JSON file, whole or not at all."""
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def cannot_write(path: Path, error: OSError) -> ExecutionError:
    """Say why a file or folder cannot be written."""
    of_system = _OF_RUST.search(str(error))
    number = error.errno or (int(of_system[1]) if of_system else 0)
    reason = error.strerror or (os.strerror(number) if number else str(error))
    return ExecutionError.of(
        "cannot-write", f"cannot write `{path}`: {reason}", _HELP_FOR_ERRNO.get(number, "choose another place")
    )


_OF_RUST = re.compile(r"\(os error ([0-9]+)\)")
"""How Polars tells the number of an error."""


_HELP_FOR_ERRNO = {
    errno.ENOENT: "make the folder first, or choose another place",
    errno.ENOSPC: "make room there, or choose another place",
    errno.ENXIO: "start what reads the pipe first",
}


def read_regular_file(path: Path, most: int = MOST_FILE_BYTES) -> bytes:
    """Return what a file holds. Raises OSError where it is no regular file, or larger than tdcli writes any."""
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

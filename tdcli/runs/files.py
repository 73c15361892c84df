"""Files that appear whole or not at all."""

import errno
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tdcli.text.diagnostic import UserError, WorkFailure


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` make a file beside `path`, then put it in its place in one step.

    Raises WorkFailure, and leaves nothing behind, where there is no room or no right to write.
    """
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=f"-{path.name}", dir=path.parent)
        os.close(handle)
        part = Path(name)
        write(part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def write_folder(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` make a folder beside `path`, then put it in its place in one step.

    Raises UserError where something is there already, WorkFailure where there is no room or no right to write.
    """
    if path.exists():
        raise UserError.of("wrong-option", f"`{path}` exists already", "remove it, or choose another place")
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


def cannot_write(path: Path, error: OSError) -> WorkFailure:
    """Say why a file or folder cannot be written."""
    message = f"cannot write `{path}`: {error.strerror or error}"
    return WorkFailure.of("cannot-write", message, _CURES.get(error.errno or 0, "choose another place"))


_CURES = {
    errno.ENOENT: "make the folder first, or choose another place",
    errno.ENOSPC: "make room there, or choose another place",
}


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

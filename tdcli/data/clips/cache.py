"""Decode clips once into a cache. Its folders contain an array of frames and are named by a fingerprint of the files.

A folder is either complete or absent. Clips are decoded into the folder `part`, which is renamed when it is complete.
Only one process at a time writes to `part`, so the next process overwrites what a killed process left.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import astuple
from functools import cache as made_once
from pathlib import Path

from filelock import FileLock

from tdcli.data.clips.decode import ClipForm
from tdcli.data.clips.stored_clips import StoredClips
from tdcli.data.clips.writer import unreadable_clip, write_clips
from tdcli.data.progress import ProgressCallback
from tdcli.sources.clips.clips import Listing
from tdcli.text.errors import ExecutionError
from tdcli.text.quantities import format_bytes

VERSION = 1
"""Version of a folder's layout. Clips of another version are decoded again."""

OTHER_CACHE = "choose another folder with `cache` in `data`, or `--set data.cache=FOLDER`"


def load_clips(listing: Listing, form: ClipForm, cache: Path, progress: ProgressCallback) -> StoredClips:
    """Return the decoded clips. Decode them first if they are missing from the cache or incomplete.

    Raises SpecError if a file cannot be read, and ExecutionError if the cache cannot be written or the disk is full.
    """
    found = StoredClips(cache / _folder_name(listing, form), listing)
    if not found.is_whole():
        try:
            _make_cache(cache)
            with FileLock(cache / ".lock"):
                if not found.is_whole():
                    decoded = _decode(listing, form, cache, progress)
                    shutil.rmtree(found.folder, ignore_errors=True)
                    decoded.rename(found.folder)
        except OSError as error:
            message = f"cannot write the decoded clips to `{cache}`: {error.strerror or error}"
            raise ExecutionError.of("cannot-write", message, OTHER_CACHE) from None
    return found


def writable_cache(own: Path) -> Path:
    """Return the cache if it can be written, else a temporary one, which is removed when the process ends."""
    with suppress(OSError):
        own.mkdir(exist_ok=True)
    return own if os.access(own, os.W_OK) else _temporary_cache()


@made_once
def _temporary_cache() -> Path:
    folder = tempfile.mkdtemp(prefix="tdcli-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _decode(listing: Listing, form: ClipForm, cache: Path, progress: ProgressCallback) -> Path:
    part = StoredClips(cache / "part", listing)
    shutil.rmtree(part.folder, ignore_errors=True)
    _refuse_without_room(len(listing.clips) * form.bytes, cache)
    part.folder.mkdir()
    write_clips(part, form, progress)
    return part.folder


def _refuse_without_room(wanted: int, cache: Path) -> None:
    free = shutil.disk_usage(cache).free
    if wanted > free:
        message = f"the decoded clips need {format_bytes(wanted)} in `{cache}`, but only {format_bytes(free)} are free"
        raise ExecutionError.of("cannot-write", message, OTHER_CACHE, "or use smaller frames or fewer timesteps")


def _make_cache(cache: Path) -> None:
    """Create the folder, with a `.gitignore` that excludes it from git."""
    cache.mkdir(parents=True, exist_ok=True)
    if not (cache / ".gitignore").exists():
        (cache / ".gitignore").write_text("*\n", encoding="utf-8")


def _folder_name(listing: Listing, form: ClipForm) -> str:
    """Return a fingerprint of these files, as they are now, and of the form. Raises SpecError."""
    files = [[clip.name, clip.label, [_file_state(file) for file in clip.files]] for clip in listing.clips]
    return hashlib.sha256(json.dumps([VERSION, astuple(form), files]).encode()).hexdigest()[:16]


def _file_state(file: Path) -> tuple[str, int, int]:
    try:
        state = file.stat()
    except FileNotFoundError:  # a broken link; its clip is reported as damaged
        return file.name, 0, 0
    except OSError as error:
        raise unreadable_clip(file, error) from None
    return file.name, state.st_size, state.st_mtime_ns

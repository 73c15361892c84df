"""Decode clips in several threads and write them in order."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, TypeVar

import numpy as np
from numpy.lib import format as npy

from tdcli.data.clips.decode import ClipForm, decode_clip
from tdcli.data.clips.stored_clips import StoredClips
from tdcli.data.clips.video import UndecodableError
from tdcli.data.dataset import Array
from tdcli.data.progress import ProgressCallback, ReadProgress
from tdcli.machine import available_cores
from tdcli.sources.clips.clips import Clip
from tdcli.text.errors import SpecError

Item = TypeVar("Item")
Result = TypeVar("Result")


def write_clips(into: StoredClips, form: ClipForm, progress: ProgressCallback) -> None:
    """Decode clips into a folder. Raises SpecError if a clip cannot be read at all, and OSError for the folder."""
    lengths, damaged = _write_frames(into.frames, into.listing.clips, form, progress)
    np.save(into.lengths, np.array(list(lengths.values()), np.int64))
    np.save(into.labels, np.array([clip.label for clip in lengths], np.str_))
    np.save(into.names_file, np.array([clip.name for clip in lengths], np.str_))
    into.damaged_file.write_text(json.dumps(damaged), encoding="utf-8")
    _sync(into.folder)


def _sync(folder: Path) -> None:
    """Write the files to disk before the folder is renamed, because its new name marks it as complete."""
    for path in folder.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _write_frames(
    path: Path, clips: tuple[Clip, ...], form: ClipForm, progress: ProgressCallback
) -> tuple[dict[Clip, int], dict[str, str]]:
    """Write the frames of all clips. Return the lengths of these clips, and the reasons for the damaged ones by name.

    The file is not mapped into memory, because writing to a map kills the process if the disk is full.
    """
    lengths: dict[Clip, int] = {}
    damaged: dict[str, str] = {}
    progress(_decoding_progress(0, len(clips)))
    with path.open("wb") as file:
        _write_header(file, len(clips), form)
        for place, (clip, found) in enumerate(zip(clips, _map_in_order(_try_to_decode(form), clips), strict=True)):
            if isinstance(found, UndecodableError):
                damaged[clip.name] = str(found)
            else:
                file.write(found.tobytes() + bytes(form.bytes - found.nbytes))
                lengths[clip] = len(found)
            progress(_decoding_progress(place + 1, len(clips)))
        file.seek(0)
        _write_header(file, len(lengths), form)  # same size: NumPy pads headers so that the first axis can change
    return lengths, damaged


def _decoding_progress(done: int, total: int) -> ReadProgress:
    return ReadProgress(done, total, "decoding clips", f"decoded {done:,} of {total:,} clips")


def _write_header(file: IO[bytes], count: int, form: ClipForm) -> None:
    npy.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (count, *form.shape)})


def _try_to_decode(form: ClipForm) -> Callable[[Clip], Array | UndecodableError]:
    def attempt(clip: Clip) -> Array | UndecodableError:
        try:
            return decode_clip(clip, form)
        except UndecodableError as damage:
            return damage
        except OSError as error:
            raise unreadable_clip(Path(error.filename or clip.files[0]), error) from None

    return attempt


def unreadable_clip(file: Path, error: OSError) -> SpecError:
    """Return the error for a file that exists but cannot be read."""
    return SpecError.of("unreadable-data", f"cannot read `{file}`: {error.strerror}", "make it readable, or remove it")


def _map_in_order(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield the result of `work` for each item, in order. One thread for each core works a few items ahead."""
    ahead: deque[Future[Result]] = deque()
    cores = available_cores()
    with ThreadPoolExecutor(cores) as pool:
        for item in items:
            ahead.append(pool.submit(work, item))
            if len(ahead) > 2 * cores:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

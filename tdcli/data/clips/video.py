"""Decode the chosen frames of a video with PyAV."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import av
from av.container import InputContainer
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from PIL import Image

Made = TypeVar("Made")

DEMUXERS = {
    **dict.fromkeys((".3gp", ".m4v", ".mov", ".mp4"), "mov"),
    **dict.fromkeys((".mkv", ".webm"), "matroska"),
    **dict.fromkeys((".asf", ".wmv"), "asf"),
    **dict.fromkeys((".mts", ".ts"), "mpegts"),
    **dict.fromkeys((".mpeg", ".mpg"), "mpeg"),
    ".avi": "avi",
    ".flv": "flv",
    ".ogv": "ogg",
}
"""FFmpeg's demuxer for each file ending. If FFmpeg could choose, it would follow a playlist that a file contains."""

OPTIONS = {"protocol_whitelist": "file"}

TELL_THEIR_LENGTH = ("avi", "matroska")
"""Demuxers that report no error if a file is truncated, although its header gives the duration."""

LEAST = 0.9
"""The share of that duration that a file must have. Durations in headers are off by about a frame."""


class UndecodableError(Exception):
    """A clip is damaged. The message gives the reason."""


def decode_video(path: Path, chosen: Callable[[int], list[int]], made: Callable[[Image.Image], Made]) -> list[Made]:
    """Return the result of `made` for each frame that `chosen` picks from the number of frames. Frames are upright.

    A container may announce more frames than can be decoded. In that case `chosen` picks again, from the real number.
    Raises UndecodableError, or PyAV's errors.
    """
    count = _count_packets(path)
    while count:
        wanted = chosen(count)
        found, seen = _decode_frames(path, wanted, made)
        if len(found) == len(wanted):
            return found
        count = seen
    raise UndecodableError("it has no frames")


def count_frames(path: Path) -> int:
    """Return the number of frames in the header of a video, or the number of its packets if the header has none.

    A damaged video may have fewer. Raises UndecodableError, or PyAV's errors.
    """
    with _open_stream(path) as (_, stream):
        announced = stream.frames
    return announced or _count_packets(path)


def _count_packets(path: Path) -> int:
    """Return how many frames the container announces. Raises UndecodableError if the file is truncated."""
    count, end = 0, 0.0
    with _open_stream(path) as (container, stream):
        for packet in container.demux():
            count += packet.stream_index == stream.index and packet.size > 0
            if packet.pts is not None and packet.time_base is not None:
                end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
        length = (container.duration or 0) / av.time_base
        if DEMUXERS[path.suffix.lower()] in TELL_THEIR_LENGTH and end < LEAST * length:
            raise UndecodableError(f"it ends after {end:.1f} of {length:.1f} seconds")
    return count


def _decode_frames(path: Path, wanted: list[int], made: Callable[[Image.Image], Made]) -> tuple[list[Made], int]:
    """Return the results of `made` for the wanted frames that exist, and how many frames were decoded."""
    found: list[Made] = []
    seen, reformatter = 0, VideoReformatter()
    with _open_stream(path) as (container, stream):
        for frame in container.decode(stream):
            if frame.is_corrupt:
                raise UndecodableError(f"its frame {seen + 1} is damaged")
            if seen == wanted[len(found)]:
                found.append(made(_rotate(frame, reformatter)))
            seen += 1
            if len(found) == len(wanted):
                break
    return found, seen


def _rotate(frame: av.VideoFrame, reformatter: VideoReformatter) -> Image.Image:
    """Return a frame as an image, rotated as the file says. Phones store the orientation in the file.

    The reformatter uses one thread. FFmpeg would otherwise start several threads for each frame, which takes longer
    than the conversion itself.
    """
    image = Image.fromarray(reformatter.reformat(frame, format="rgb24", threads=1).to_ndarray())
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


@contextmanager
def _open_stream(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video for decoding with one thread, since several clips are decoded at once. Raises UndecodableError."""
    with _open_container(path) as container:
        stream = container.streams.best("video")
        if not isinstance(stream, VideoStream):
            raise UndecodableError("it contains no video")
        stream.thread_type, stream.thread_count = "NONE", 1
        yield container, stream


def _open_container(path: Path) -> InputContainer:
    ending = path.suffix.lower()
    try:
        return av.open(f"file:{path}", format=DEMUXERS[ending], options=OPTIONS, metadata_errors="ignore")
    except av.InvalidDataError:
        raise UndecodableError(f"it is not a valid {ending.removeprefix('.')} video") from None

"""Some frames of a video, decoded by PyAV one after the other."""

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
"""What takes a file apart, by its ending: left alone, FFmpeg follows a playlist that it finds in it."""

OPTIONS = {"protocol_whitelist": "file"}

TELL_THEIR_LENGTH = ("avi", "matroska")
"""Demuxers that end early without a word when a file is cut short, though its header tells how long it is."""

LEAST = 0.9
"""The share of that length that must be there: headers are off by a frame or so."""


class UndecodableError(Exception):
    """A clip is damaged; says why."""


def decode_video(path: Path, chosen: Callable[[int], list[int]], made: Callable[[Image.Image], Made]) -> list[Made]:
    """Return what is made of the frames that are chosen of so many, upright.

    A container may announce more frames than its decoder gives; then it is chosen anew, among those that there are.
    Raises Undecodable, or PyAV's errors.
    """
    count = _count_packets(path)
    while count:
        wanted = chosen(count)
        found, seen = _decode_frames(path, wanted, made)
        if len(found) == len(wanted):
            return found
        count = seen
    raise UndecodableError("it has no frames")


def _count_packets(path: Path) -> int:
    """Return how many frames are announced. Raises Undecodable where the file ends before its time."""
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
    """Return what is made of the wanted frames, as far as they are there, and how many were decoded for it."""
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
    """Turn a frame as the file says: telephones store how they were held.

    Without a reformatter of one thread, FFmpeg would start some for every frame, which takes longer than the work.
    """
    image = Image.fromarray(reformatter.reformat(frame, format="rgb24", threads=1).to_ndarray())
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


@contextmanager
def _open_stream(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a video, to be decoded by one thread: clips are decoded side by side. Raises Undecodable."""
    with _open_container(path) as container:
        stream = container.streams.best("video")
        if not isinstance(stream, VideoStream):
            raise UndecodableError("it holds no video")
        stream.thread_type, stream.thread_count = "NONE", 1
        yield container, stream


def _open_container(path: Path) -> InputContainer:
    ending = path.suffix.lower()
    try:
        return av.open(f"file:{path}", format=DEMUXERS[ending], options=OPTIONS, metadata_errors="ignore")
    except av.InvalidDataError:
        raise UndecodableError(f"it is not the {ending.removeprefix('.')} video that its ending says") from None

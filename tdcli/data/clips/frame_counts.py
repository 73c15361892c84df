"""Count the frames of clips without decoding them."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image

from tdcli.data.clips.decode import IMAGES
from tdcli.data.clips.video import count_frames
from tdcli.sources.clips.clips import Clip

MOST_OPENED = 100
"""How many clips are opened at most: the smallest files, because short clips have small files. A header is read in
less than a millisecond, but a file whose header has no number of frames is read as a whole.
"""


def frame_counts(clips: Iterable[Clip]) -> dict[str, int]:
    """Return the number of frames by the name of the clip. Folders of images are counted without opening a file.

    Clips that cannot be read are left out. Raises OSError if a file disappears.
    """
    clips = list(clips)
    known = {clip.name: clip.frames for clip in clips if clip.frames is not None}
    unknown = [clip for clip in clips if clip.frames is None and clip.files[0].is_file()]
    smallest = sorted(unknown, key=lambda clip: clip.files[0].stat().st_size)[:MOST_OPENED]
    opened = {clip.name: _count(clip) for clip in smallest}
    return known | {name: count for name, count in opened.items() if count}


def _count(clip: Clip) -> int:
    """Return the number of frames of a video or an animated image, and 0 if the file is damaged."""
    try:
        if clip.is_video:
            return count_frames(clip.files[0])
        with Image.open(clip.files[0], formats=IMAGES) as image:
            return getattr(image, "n_frames", 1)
    except Exception:  # PyAV and Pillow raise many kinds of errors for damaged files
        return 0

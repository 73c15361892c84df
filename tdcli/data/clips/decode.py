"""Decode the chosen frames of videos and images, turn them upright and resize them to the model's frame.

Pillow reads images and PyAV reads videos. Both are resized with Pillow's bilinear filter, which averages over all
pixels that become one pixel.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import av
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tdcli.data.clips.video import UndecodableError, decode_video
from tdcli.data.dataset import Array
from tdcli.sources.clips.clips import Clip
from tdcli.text.damage import error_reason

MODES = {1: "L", 3: "RGB", 4: "RGBA"}

IMAGES = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""The image formats that are read, whatever the file ending. Pillow runs other programs for some formats, such as
Ghostscript for PostScript.
"""


@dataclass(frozen=True)
class ClipForm:
    """The shape of decoded clips, `(time, height, width, channels)`, and the choice of their frames."""

    shape: tuple[int, int, int, int]
    sampling: Literal["even", "first"] = "even"
    every: int = 1

    @property
    def bytes(self) -> int:
        """The size of a decoded clip in bytes."""
        return math.prod(self.shape)

    def chosen(self, count: int) -> list[int]:
        """Return which of `count` frames are used, at most as many as there are timesteps.

        >>> ClipForm((3, 8, 8, 1)).chosen(9), ClipForm((3, 8, 8, 1), "first", every=2).chosen(9)
        ([0, 4, 8], [0, 2, 4])
        """
        seen, timesteps = range(0, count, self.every), self.shape[0]
        if len(seen) <= timesteps or self.sampling == "first":
            return list(seen[:timesteps])
        return [seen[place] for place in np.linspace(0, len(seen) - 1, timesteps).round().astype(int)]


def decode_clip(clip: Clip, form: ClipForm) -> Array:
    """Return the frames of a clip, `(time, height, width, channels)` as uint8, at most as many as timesteps.

    Raises UndecodableError if the clip is damaged, and OSError if it cannot be read at all.
    """
    resized = partial(_resize, form=form)
    _refuse_no_file(clip)
    try:
        if clip.is_video:
            return np.stack(decode_video(clip.files[0], form.chosen, resized))
        return np.stack([resized(image) for image in _images(clip, form)])
    except UnidentifiedImageError:
        raise UndecodableError("it is not an image") from None
    except Exception as error:  # PyAV and Pillow raise many kinds of errors for damaged files
        if isinstance(error, OSError) and error.errno is not None and not isinstance(error, av.FFmpegError):
            raise
        raise UndecodableError(error_reason(error)) from None


def _refuse_no_file(clip: Clip) -> None:
    if clip.lost:
        raise UndecodableError(f"`{clip.lost.name}` is a link to a file that does not exist")
    other = next((file for file in clip.files if not file.is_file()), None)
    if other:
        raise UndecodableError(f"`{other.name}` is not a regular file")


def _images(clip: Clip, form: ClipForm) -> Iterator[Image.Image]:
    if clip.frames is None:
        yield from _animation(clip.files[0], form)
        return
    for place in form.chosen(clip.frames):
        with Image.open(clip.files[place], formats=IMAGES) as image:
            yield ImageOps.exif_transpose(image)


def _animation(path: Path, form: ClipForm) -> Iterator[Image.Image]:
    with Image.open(path, formats=IMAGES) as image:
        for place in form.chosen(getattr(image, "n_frames", 1)):
            image.seek(place)
            yield ImageOps.exif_transpose(image)


def _resize(image: Image.Image, form: ClipForm) -> Array:
    _, height, width, channels = form.shape
    shown = _with_plain_pixels(image).convert(MODES[channels])
    return np.asarray(shown.resize((width, height), Image.Resampling.BILINEAR)).reshape(height, width, channels)


def _with_plain_pixels(image: Image.Image) -> Image.Image:
    """Return an image without a palette, and with 8 bits for each channel. Raises UndecodableError for 32 bits.

    Of 16 bits the upper 8 are kept. Pillow itself would clip them to 255.
    """
    if image.mode == "P":
        return image.convert("RGBA")  # no other mode keeps the transparency of a palette
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise UndecodableError("its pixels are 32-bit numbers, whose range is unknown")
    return image

"""Clips in folders: videos, animated images and folders of images, listed with the standard library alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

VIDEOS = frozenset(".3gp .asf .avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .mts .ogv .ts .webm .wmv".split())
STILLS = frozenset(".bmp .jpeg .jpg .pgm .png .ppm".split())
ANIMATIONS = frozenset(".apng .gif .tif .tiff .webp".split())


@dataclass(frozen=True)
class Clip:
    """One sample: a video or an image, or the images of a folder in their order.

    name: the path within the listed folder; label: the folder of its class, empty where it has none.
    """

    name: str
    label: str
    files: tuple[Path, ...]

    @property
    def is_video(self) -> bool:
        """Whether it is a video file."""
        return _ending(self.files[0]) in VIDEOS

    @property
    def is_still(self) -> bool:
        """Whether it is a single image that does not move."""
        return len(self.files) == 1 and _ending(self.files[0]) in STILLS

    @property
    def lost(self) -> Path | None:
        """The first of its files that is a link to nothing; None where all are there. Raises OSError."""
        return next((each for each in self.files if not each.exists()), None)

    @property
    def frames(self) -> int | None:
        """How many frames it has; None where only its file tells."""
        return None if _ending(self.files[0]) in VIDEOS | ANIMATIONS and len(self.files) == 1 else len(self.files)


@dataclass(frozen=True)
class Listing:
    """What a folder holds, or a file that stands for itself.

    others: the names of what is neither a video nor an image nor a folder of images.
    """

    folder: Path
    clips: tuple[Clip, ...]
    classes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def list_by_class(folder: Path) -> Listing:
    """List clips in a folder a class. Raises OSError where the folder cannot be listed."""
    entries = _visible(folder)
    found = [_list_folder(each, each.name) for each in entries if each.is_dir()]
    others = (*(each.name for each in entries if not each.is_dir()), *(name for one in found for name in one.others))
    classes = tuple(each.folder.name for each in found)
    return Listing(folder, tuple(clip for one in found for clip in one.clips), classes, others)


def list_all_clips(path: Path, *, images_are_clips: bool) -> Listing:
    """List a folder with a folder a class, or with clips alone, or a single file. Raises OSError.

    What is in a folder tells which it is: one of nothing but images is a clip, unless each image is one.
    """
    if path.is_file():
        files = tuple(_image_files(path))
        return Listing(path, (Clip(path.name, "", files),)) if files else Listing(path, (), others=(path.name,))
    alone = _list_folder(path, "")
    if not images_are_clips and alone.clips and all(_is_image_in(path, clip) for clip in alone.clips):
        images = tuple(clip.files[0] for clip in alone.clips)
        return replace(alone, clips=(Clip(path.absolute().name, "", images),))
    by_class = list_by_class(path)
    of_images = all(len(clip.files) == 1 and clip.frames == 1 for clip in by_class.clips)
    if not by_class.clips or any(clip.files[0].parent == path for clip in alone.clips):
        return alone
    return alone if of_images and not images_are_clips else by_class


def _is_image_in(folder: Path, clip: Clip) -> bool:
    return clip.is_still and clip.files[0].parent == folder


def _list_folder(folder: Path, label: str) -> Listing:
    clips, others = [], []
    for entry in _visible(folder):
        name = f"{label}/{entry.name}" if label else entry.name
        files = tuple(_image_files(entry))
        if files:
            clips.append(Clip(name, label, files))
        else:
            others.append(name)
    return Listing(folder, tuple(clips), others=tuple(others))


def _image_files(entry: Path) -> Iterator[Path]:
    if entry.is_dir():
        yield from (each for each in _visible(entry) if _ending(each) in STILLS | ANIMATIONS)
    elif _ending(entry) in VIDEOS | STILLS | ANIMATIONS:
        yield entry


def _visible(folder: Path) -> list[Path]:
    return sorted((each for each in folder.iterdir() if not each.name.startswith(".")), key=natural_sort_key)


def natural_sort_key(path: Path) -> tuple[list[str | int], str]:
    """Return what sorts names as people count.

    >>> sorted([Path("frame10.png"), Path("frame9.png")], key=natural_sort_key)[0].name
    'frame9.png'
    """
    parts = re.split(r"(\d+)", path.name)
    return [int(part) if place % 2 else part.casefold() for place, part in enumerate(parts)], path.name


def _ending(path: Path) -> str:
    return path.suffix.lower()

"""List the clips in folders with the standard library: videos, animated images and folders of images."""

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
    """One sample: a video, an image, or the images of a folder in their order.

    name: the path within the listed folder. label: the folder of its class, empty if it has none.
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
        """Whether it is a single image without animation."""
        return len(self.files) == 1 and _ending(self.files[0]) in STILLS

    @property
    def lost(self) -> Path | None:
        """The first of its files that is a broken symbolic link; None if all files exist. Raises OSError."""
        return next((each for each in self.files if not each.exists()), None)

    @property
    def frames(self) -> int | None:
        """The number of frames; None if its file must be opened to know it."""
        return None if _ending(self.files[0]) in VIDEOS | ANIMATIONS and len(self.files) == 1 else len(self.files)


@dataclass(frozen=True)
class Listing:
    """The clips in a folder, or a single file.

    others: the names of entries that are not videos, images or folders of images.
    """

    folder: Path
    clips: tuple[Clip, ...]
    classes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def list_by_class(folder: Path) -> Listing:
    """List the clips of a folder that has one subfolder per class. Raises OSError if it cannot be listed."""
    entries = _visible(folder)
    found = [_list_folder(each, each.name) for each in entries if each.is_dir()]
    others = (*(each.name for each in entries if not each.is_dir()), *(name for one in found for name in one.others))
    classes = tuple(each.folder.name for each in found)
    return Listing(folder, tuple(clip for one in found for clip in one.clips), classes, others)


def list_all_clips(path: Path, *, images_are_clips: bool) -> Listing:
    """List a folder with one subfolder per class, a folder of clips, or a single file. Raises OSError.

    A folder that has only images is one clip, unless `images_are_clips`.
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
    """Return a sort key that compares the numbers in names by their value.

    >>> sorted([Path("frame10.png"), Path("frame9.png")], key=natural_sort_key)[0].name
    'frame9.png'
    """
    parts = re.split(r"(\d+)", path.name)
    return [int(part) if place % 2 else part.casefold() for place, part in enumerate(parts)], path.name


def _ending(path: Path) -> str:
    return path.suffix.lower()

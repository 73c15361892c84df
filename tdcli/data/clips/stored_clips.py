"""Decoded clips in a folder of the cache."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tdcli.data.dataset import Array
from tdcli.sources.clips.clips import Listing


@dataclass(frozen=True)
class StoredClips:
    """The files of a folder in the cache.

    listing: the clips that they were decoded from
    """

    folder: Path
    listing: Listing

    @property
    def frames(self) -> Path:
        """The file of the frames, `(clips, time, height, width, channels)` uint8."""
        return self.folder / "frames.npy"

    @property
    def labels(self) -> Path:
        """The file of the classes, `(clips,)` text."""
        return self.folder / "labels.npy"

    @property
    def lengths(self) -> Path:
        """The file of the number of real timesteps, `(clips,)`."""
        return self.folder / "lengths.npy"

    @property
    def names_file(self) -> Path:
        """The file of the names of the clips, `(clips,)` text."""
        return self.folder / "names.npy"

    @property
    def damaged_file(self) -> Path:
        """The file of damaged clips, with the reason why each could not be decoded."""
        return self.folder / "damaged.json"

    def is_whole(self) -> bool:
        """Return whether all files exist and have the same number of clips. The frames themselves are not checked."""
        files = (self.frames, self.labels, self.lengths, self.names_file)
        try:
            sizes = {len(np.load(file, mmap_mode="r")) if file.is_file() else -1 for file in files}
            known = self.damaged_file.is_file() and isinstance(json.loads(self.damaged_file.read_bytes()), dict)
            return known and len(sizes) == 1 and min(sizes) >= 0
        except (OSError, ValueError, TypeError, EOFError):
            return False

    @cached_property
    def names(self) -> Array:
        """The names of the clips, `(clips,)` text."""
        return np.asarray(np.load(self.names_file))

    @cached_property
    def damaged(self) -> dict[str, str]:
        """The reason why a clip could not be decoded, by the name of each damaged clip."""
        return dict(json.loads(self.damaged_file.read_text(encoding="utf-8")))

    def short(self, timesteps: int) -> dict[str, int]:
        """Return the lengths of the clips with fewer timesteps, by their names."""
        lengths = np.load(self.lengths)
        return {str(self.names[place]): int(lengths[place]) for place in np.flatnonzero(lengths < timesteps)}

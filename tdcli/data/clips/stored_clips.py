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
    """The files of an array of clips and of what is known of them; listing: the files that they were decoded from."""

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
        """The file of the real steps, `(clips,)`."""
        return self.folder / "lengths.npy"

    @property
    def names_file(self) -> Path:
        """The file of what the clips are called, `(clips,)` text."""
        return self.folder / "names.npy"

    @property
    def damaged_file(self) -> Path:
        """The file of the reasons why other clips could not be decoded."""
        return self.folder / "damaged.json"

    def is_whole(self) -> bool:
        """Say whether its files are there and of the same clips; what the frames show is not looked at."""
        files = (self.frames, self.labels, self.lengths, self.names_file)
        try:
            sizes = {len(np.load(file, mmap_mode="r")) if file.is_file() else -1 for file in files}
            known = self.damaged_file.is_file() and isinstance(json.loads(self.damaged_file.read_bytes()), dict)
            return known and len(sizes) == 1 and min(sizes) >= 0
        except (OSError, ValueError, TypeError, EOFError):
            return False

    @cached_property
    def names(self) -> Array:
        """What the clips are called, `(clips,)` text."""
        return np.asarray(np.load(self.names_file))

    @cached_property
    def damaged(self) -> dict[str, str]:
        """Why the clips that are not among them could not be decoded, by their names."""
        return dict(json.loads(self.damaged_file.read_text(encoding="utf-8")))

    def short(self, timesteps: int) -> dict[str, int]:
        """Return the clips that have fewer steps, by their names."""
        lengths = np.load(self.lengths)
        return {str(self.names[place]): int(lengths[place]) for place in np.flatnonzero(lengths < timesteps)}

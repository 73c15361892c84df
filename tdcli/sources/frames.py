"""Clips in one folder per class: videos, animated images or folders of images, decoded once into an array."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import PositiveInt

from tdcli.signature import Signature
from tdcli.sources.clips.clip_diagnostics import (
    diagnose_clip_classes,
    diagnose_clip_lengths,
    diagnose_clip_model,
    inspect_clips,
)
from tdcli.sources.core.classes import Labels
from tdcli.sources.core.fit import diagnose_padding
from tdcli.sources.core.paths import LocalPath
from tdcli.sources.core.section import DataDiagnostic, DataSection, Header
from tdcli.text.choice import AutoOrNot

CACHE = ".tdcli-cache"


class Frames(DataSection):
    """Clips in one folder per class. A clip is a video, an animated image, or a folder of images in their order.

    x: `(clips, time, height, width, channels)`, every frame resized to the model's input; y: the class, which is the
    name of the folder.
    """

    meanings: ClassVar[dict[str, str]] = {
        "path": "folder that has one folder per class, relative to the spec",
        "validation": "such a folder for the validation set",
        "test": "such a folder for the test set",
        "classes": "the folders in the order of the class codes; default: sorted by name",
        "sampling": "frames taken from a longer clip: even, spread over the whole clip, or first",
        "every": "use only every n-th frame",
        "padding": "value of the timesteps that short clips lack, masked by the model, such as -1; default: an error",
        "damaged": "clips that cannot be decoded: error, or skip",
        "scale": "standard, minmax, pixels (0 to 255 become 0 to 1) or none; fitted on the training set",
        "stream": "read clips from the cache when they are needed; auto: if they would fill a third of the memory",
        "cache": "folder of the decoded clips, relative to the spec; default: `.tdcli-cache` next to the clips' folder",
    }

    path_keys = ("path", "validation", "test", "cache")
    extra = "video"
    prefetches = True

    source: Literal["frames"]
    path: LocalPath
    validation: LocalPath | None = None
    test: LocalPath | None = None
    classes: Labels | None = None
    sampling: Literal["even", "first"] = "even"
    every: PositiveInt = 1
    padding: float | None = None
    damaged: Literal["error", "skip"] = "error"
    scale: Literal["standard", "minmax", "pixels", "none"] = "pixels"
    stream: AutoOrNot = "auto"
    cache: LocalPath | None = None

    @property
    def padding_value(self) -> float | None:
        """The value of padded timesteps; None if short clips are an error."""
        return self.padding

    @property
    def scales(self) -> bool:
        """Whether pixels are scaled by statistics of the training set rather than by their range."""
        return self.scale in ("standard", "minmax")

    def folders(self, folder: Path) -> dict[str, Path]:
        """Return the folder of each set that has its own: `train` always, `validation` and `test` if given."""
        parts = {"train": self.path, "validation": self.validation, "test": self.test}
        return {name: folder / path for name, path in parts.items() if path}

    def key_of(self, part: str) -> str:
        """Return the key that names the folder of a set."""
        return "path" if part == "train" else part

    def cache_in(self, folder: Path) -> Path:
        """Return the cache folder of decoded clips."""
        return folder / self.cache if self.cache else (folder / self.path).absolute().parent / CACHE

    def inspect(self, folder: Path) -> Header:
        """List the folders. Reports missing folders, classes without clips, and fewer than two classes."""
        skips = self.damaged == "skip"
        headers = {
            name: inspect_clips(path, self.key_of(name), skips_damaged=skips)
            for name, path in self.folders(folder).items()
        }
        diagnostics = tuple(diagnostic for header in headers.values() for diagnostic in header.diagnostics)
        return replace(headers.pop("train"), diagnostics=diagnostics, others=headers)

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare classes and frames with the model's input and outputs."""
        return tuple(self._misfits(header, signature))

    def _misfits(self, header: Header, signature: Signature) -> Iterator[DataDiagnostic]:
        yield from diagnose_clip_model(signature)
        yield from diagnose_clip_classes(header, self.classes, signature)
        yield from diagnose_padding(self.padding, signature)
        if self.padding is None:
            for key, each in {"path": header, **header.others}.items():
                yield from diagnose_clip_lengths(each, key, self.every, signature)

"""Clips in folders, one a class: videos, animated images, or folders of images, decoded once into an array."""

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
    """Clips in a folder a class; each is a video, an animated image, or a folder of images in their order.

    x: `(clips, time, height, width, channels)` with the sizes of the model's input, every frame resized to
    them; y: the class, named by the folder.
    """

    meanings: ClassVar[dict[str, str]] = {
        "path": "folder with a folder a class in it, relative to the spec",
        "validation": "such a folder for the validation part",
        "test": "such a folder for the test part",
        "classes": "the folders in the order of their codes; left out: sorted",
        "sampling": "frames of a longer clip: even, spread from its first to its last, or first",
        "every": "look at each so many-th frame alone",
        "padding": "value of the steps that short clips lack, which the model masks: -1 is no pixel; left out: refused",
        "damaged": "clips that cannot be decoded: error, or skip them",
        "scale": "standard, minmax, pixels (0 to 255 become 0 to 1) or none; fitted on the training part",
        "stream": "read clips from the cache when they are needed; auto: where they would fill a third of the memory",
        "cache": "folder of the decoded clips, relative to the spec; left out: `.tdcli-cache` beside the clips' folder",
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
        """The value on padded steps; None where short clips are refused."""
        return self.padding

    @property
    def scales(self) -> bool:
        """Whether pixels are scaled by what the training part teaches, and not by what they are."""
        return self.scale in ("standard", "minmax")

    def folders(self, folder: Path) -> dict[str, Path]:
        """Return the folder of each part that has its own: `train` always, `validation` and `test` if given."""
        parts = {"train": self.path, "validation": self.validation, "test": self.test}
        return {name: folder / path for name, path in parts.items() if path}

    def key_of(self, part: str) -> str:
        """Return the key that names the folder of a part."""
        return "path" if part == "train" else part

    def cache_in(self, folder: Path) -> Path:
        """Return the folder that keeps the decoded clips."""
        return folder / self.cache if self.cache else (folder / self.path).absolute().parent / CACHE

    def inspect(self, folder: Path) -> Header:
        """List the folders: classes without clips, fewer than two of them, folders that are not there."""
        skips = self.damaged == "skip"
        headers = {
            name: inspect_clips(path, self.key_of(name), skips_damaged=skips)
            for name, path in self.folders(folder).items()
        }
        diagnostics = tuple(diagnostic for header in headers.values() for diagnostic in header.diagnostics)
        return replace(headers.pop("train"), diagnostics=diagnostics, others=headers)

    def check(self, header: Header, signature: Signature) -> tuple[DataDiagnostic, ...]:
        """Compare classes and frames with the model's input and output."""
        return tuple(self._misfits(header, signature))

    def _misfits(self, header: Header, signature: Signature) -> Iterator[DataDiagnostic]:
        yield from diagnose_clip_model(signature)
        yield from diagnose_clip_classes(header, self.classes, signature)
        yield from diagnose_padding(self.padding, signature)
        if self.padding is None:
            for key, each in {"path": header, **header.others}.items():
                yield from diagnose_clip_lengths(each, key, self.every, signature)

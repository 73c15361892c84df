"""A data section to samples: the one place that joins a section with the reader of its source.

A section says what there is to read, `tdcli/data/readers` reads it. Both are files of one name: `source: csv` is
described by `tdcli/sources/csv.py` and read by `tdcli/data/readers/csv.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from tdcli.data.dataset import Dataset, Part
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.signature import Signature
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split
from tdcli.text.registry import find_module

_PACKAGE = "tdcli.data.readers"


@dataclass(frozen=True)
class LoadRequest:
    """What the data of a section are loaded for.

    folder: the one to which the section's paths are relative; fitted: what was fitted on other data, as
    `Dataset.fitted`, None to fit it on the training part; judged: the held-out part gets its baselines; progress: is
    called where reading takes long.
    """

    folder: Path
    signature: Signature
    split: Split
    seed: int
    fitted: Mapping[str, Any] | None = None
    judged: bool = False
    progress: ProgressCallback = no_progress


@dataclass(frozen=True)
class FileRequest:
    """Another file for a trained model, and the file of its targets where they are not in the same one.

    future: the target is not asked for. y is None then, and windows at the file's end are kept though the rows that
    they predict have not happened yet.
    """

    path: Path
    targets: Path | None = None
    future: bool = False


class Reader(Protocol):
    """What a module of `tdcli/data/readers` holds. `prefetch` is there where the section sets `prefetches`."""

    def load(self, section: Any, request: LoadRequest) -> Dataset:
        """Read, check, encode and split."""

    def load_file(self, section: Any, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
        """Read another file the same way."""

    def prefetch(
        self, section: Any, folder: Path, signature: Signature, progress: ProgressCallback, path: Path | None
    ) -> None:
        """Do once what takes long."""


def reader(section: DataSection) -> Reader:
    """Return the module that reads the sections of a source."""
    found = find_module(_PACKAGE, section.source)
    if found is None:
        raise LookupError(f"there is no `tdcli/data/readers/{section.source}.py`")
    return cast("Reader", found)


def load(section: DataSection, request: LoadRequest) -> Dataset:
    """Read, check, encode and split the data of a section. Raises SpecError that names file and first bad cell."""
    section.refuse_misfits(request.folder, request.signature)
    return reader(section).load(section, request)


def load_file(section: DataSection, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read another file as one part, with what was fitted on the training part. Raises SpecError."""
    return reader(section).load_file(section, request, signature, fitted)


def prefetch(
    section: DataSection,
    folder: Path,
    signature: Signature,
    progress: ProgressCallback = no_progress,
    path: Path | None = None,
) -> None:
    """Do once what takes long before `load`, or with `path` before `load_file`. Most sources have nothing to do."""
    if not section.prefetches:
        return
    if path is None:
        section.refuse_misfits(folder, signature)
    reader(section).prefetch(section, folder, signature, progress, path)

"""Load the samples of a data section with the reader of its source.

A section describes the data, and a module in `tdcli/data/readers` reads them. Both have the same file name:
`source: csv` is described by `tdcli/sources/csv.py` and read by `tdcli/data/readers/csv.py`.
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
    """How to load the data of a section.

    folder: the folder to which the section's paths are relative
    fitted: the values fitted on other data, as in `Dataset.fitted`; None to fit them on the training set
    judged: whether the held-out part gets baselines
    progress: a function that is called when reading takes long
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
    """Another file for a trained model, and the file of its targets if they are in a separate file.

    future: whether the targets are unknown. In this case y is None, and windows at the end of the file are kept
        although the rows that they predict do not exist yet.
    """

    path: Path
    targets: Path | None = None
    future: bool = False


class Reader(Protocol):
    """The functions of a module in `tdcli/data/readers`. It needs `prefetch` only if the section sets `prefetches`."""

    def load(self, section: Any, request: LoadRequest) -> Dataset:
        """Read, check, encode and split."""

    def load_file(self, section: Any, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
        """Read another file the same way."""

    def prefetch(
        self, section: Any, folder: Path, signature: Signature, progress: ProgressCallback, path: Path | None
    ) -> None:
        """Do the slow work that is needed only once."""


def reader(section: DataSection) -> Reader:
    """Return the module that reads the sections of a source."""
    found = find_module(_PACKAGE, section.source)
    if found is None:
        raise LookupError(f"there is no `tdcli/data/readers/{section.source}.py`")
    return cast("Reader", found)


def load(section: DataSection, request: LoadRequest) -> Dataset:
    """Read, check, encode and split the data of a section. Raises SpecError with the file and the first bad cell."""
    section.refuse_misfits(request.folder, request.signature)
    return reader(section).load(section, request)


def load_file(section: DataSection, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read another file as one part, with the values fitted on the training set. Raises SpecError."""
    return reader(section).load_file(section, request, signature, fitted)


def prefetch(
    section: DataSection,
    folder: Path,
    signature: Signature,
    progress: ProgressCallback = no_progress,
    path: Path | None = None,
) -> None:
    """Do the slow work before `load`, or before `load_file` if `path` is given. Most sources have none."""
    if not section.prefetches:
        return
    if path is None:
        section.refuse_misfits(folder, signature)
    reader(section).prefetch(section, folder, signature, progress, path)

"""The base class of formats: a model file has metadata and computes outputs. Imports NumPy."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
from pydantic_core import from_json

from tdcli.data.dataset import Array
from tdcli.text.damage import translate_errors
from tdcli.text.errors import SpecError

BATCH = 256
"""Number of samples in a batch."""

SECONDS_OF_SAMPLE = 30
"""Maximum time for the first sample. A model can contain a loop that never ends."""

TIMES_AS_LONG = 20
"""Each other sample may take this many times as long as the first one, in addition to SECONDS_OF_SAMPLE."""

METADATA = "tdcli.json"
"""Name of the metadata file inside archives and folders."""

EXPORT_AGAIN = "export the model again"


class ModelFile(ABC):
    """A model in its file. Its methods raise SpecError if the file cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def metadata(self) -> dict[str, Any]:
        """Return the metadata, or an empty mapping if `tdcli export` did not write the file."""

    @abstractmethod
    def attach(self, metadata: dict[str, Any]) -> None:
        """Write metadata into the file."""

    @abstractmethod
    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples, `(samples, time, ...)` -> `(samples, ...)`."""


def metadata_of(data: bytes | str, path: Path) -> dict[str, Any]:
    """Return the JSON object in a text. Raises SpecError if there is none."""
    try:
        values = from_json(data)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise SpecError.of(
            "unreadable-model", f"`{path}` is damaged: its `{METADATA}` is not a JSON object", EXPORT_AGAIN
        )
    return values


def batches(x: Array) -> Iterator[Array]:
    """Yield the samples in batches of BATCH."""
    return (x[first : first + BATCH] for first in range(0, len(x), BATCH))


def unreadable_model(path: Path, kind: str, why: str, help: str = EXPORT_AGAIN) -> SpecError:
    """Return the error for a file that is not a model of this format."""
    return SpecError.of("unreadable-model", f"`{path}` cannot be read as {kind}", help, why=why)


def endless_batches(path: Path, seconds: float) -> SpecError:
    """Return the error for a model that was stopped."""
    message = f"`{path}` was stopped because it did not finish within {seconds:.0f} seconds"
    why = "a model can contain a loop that never ends"
    return SpecError.of("unreadable-model", message, EXPORT_AGAIN, why=why)


def as_float32(x: Array) -> Array:
    """Convert numbers to float32, as models expect. Integer tokens are not changed."""
    return x if x.dtype.kind in "iu" else np.asarray(x, np.float32)


def translate_damage(path: Path, kind: str, help: str = EXPORT_AGAIN) -> AbstractContextManager[None]:
    """Return a context in which any exception of a runtime becomes a SpecError about a damaged file."""
    return translate_errors(lambda reason: unreadable_model(path, kind, reason, help))


def dump_metadata(metadata: dict[str, Any]) -> str:
    """Return the metadata as JSON."""
    return json.dumps(metadata)

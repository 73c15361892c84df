"""What every format's file can do: tell what travels with the model, and compute. Imports NumPy."""

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
"""How many samples are computed at once."""

SECONDS_OF_SAMPLE = 30
"""How long one sample may take: a model may have loops, whose ends nothing tells beforehand."""

TIMES_AS_LONG = 20
"""How many times as long as the first sample any other may take, besides."""

METADATA = "tdcli.json"
"""What travels with the model, by the name that it has inside archives and folders."""

EXPORT_AGAIN = "export the model again"


class ModelFile(ABC):
    """A model in its file. Raises SpecError where that cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def metadata(self) -> dict[str, Any]:
        """Return what was attached; nothing where the file is not from `tdcli export`."""

    @abstractmethod
    def attach(self, metadata: dict[str, Any]) -> None:
        """Write metadata into the file."""

    @abstractmethod
    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples, `(samples, time, ...)` -> `(samples, ...)`."""


def metadata_of(data: bytes | str, path: Path) -> dict[str, Any]:
    """Return the mapping that a text of JSON holds. Raises SpecError where it holds none."""
    try:
        values = from_json(data)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise SpecError.of(
            "unreadable-model", f"`{path}` is damaged: its `{METADATA}` is not a JSON mapping", EXPORT_AGAIN
        )
    return values


def batches(x: Array) -> Iterator[Array]:
    """Yield the samples, BATCH at a time."""
    return (x[first : first + BATCH] for first in range(0, len(x), BATCH))


def unreadable_model(path: Path, kind: str, why: str, help: str = EXPORT_AGAIN) -> SpecError:
    """Say that a file holds no such model."""
    return SpecError.of("unreadable-model", f"`{path}` cannot be read as {kind}", help, why=why)


def endless_batches(path: Path, seconds: float) -> SpecError:
    """Say that a model was stopped."""
    message = f"`{path}` was stopped: it did not end within {seconds:.0f} seconds"
    why = "a model can hold a loop that never ends"
    return SpecError.of("unreadable-model", message, EXPORT_AGAIN, why=why)


def as_float32(x: Array) -> Array:
    """Return samples as models read them: numbers as float32, tokens as they are."""
    return x if x.dtype.kind in "iu" else np.asarray(x, np.float32)


def translate_damage(path: Path, kind: str, help: str = EXPORT_AGAIN) -> AbstractContextManager[None]:
    """Return what turns whatever a runtime raises of a damaged file into SpecError."""
    return translate_errors(lambda reason: unreadable_model(path, kind, reason, help))


def dump_metadata(metadata: dict[str, Any]) -> str:
    """Return the text that travels with a model."""
    return json.dumps(metadata)

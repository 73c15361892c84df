"""Run a LiteRT file with LiteRT and its built-in operators."""

import subprocess  # nosec B404
import sys
import time
import weakref
import zipfile
from functools import cached_property
from threading import Timer
from typing import Any

import numpy as np

from tdcli.data.dataset import Array
from tdcli.formats.core.archive import read_attachment, write_attachment
from tdcli.formats.core.base import (
    SECONDS_OF_SAMPLE,
    TIMES_AS_LONG,
    ModelFile,
    as_float32,
    batches,
    endless_batches,
    translate_damage,
    unreadable_model,
)
from tdcli.formats.core.litert_worker import RESULT, pack_array, receive, send, unpack_array
from tdcli.machine import available_memory
from tdcli.text.errors import SpecError

WORKER_MODULE = "tdcli.formats.core.litert_worker"
KIND = "a LiteRT model"

ADDRESSES = 2**33
"""Bytes of address space in addition to the available memory. Libraries reserve much of it without using it."""


class File(ModelFile):
    """A LiteRT file. The metadata is in a zip archive at its end, like LiteRT's own associated files."""

    def metadata(self) -> dict[str, Any]:
        """Return the metadata."""
        return read_attachment(self.path, KIND) if zipfile.is_zipfile(self.path) else {}

    def attach(self, metadata: dict[str, Any]) -> None:
        """Append an archive with metadata to the model."""
        write_attachment(self.path, metadata)

    def outputs(self, x: Array) -> Array:
        """Return the outputs for raw samples. Shorter samples are padded, longer ones raise SpecError."""
        with translate_damage(self.path, KIND):
            padded = self._padded(as_float32(x))
            found = np.concatenate(self._outputs(padded))
            return found[:, : x.shape[1]] if padded.shape[1] != x.shape[1] and found.ndim > 2 else found

    def _outputs(self, x: Array) -> list[Array]:
        """Compute the first sample alone, to find the time limit for the others."""
        begin = time.monotonic()
        first = self._worker.computed(x[:1], SECONDS_OF_SAMPLE)
        seconds = SECONDS_OF_SAMPLE + TIMES_AS_LONG * (time.monotonic() - begin)
        return [first, *(self._worker.computed(values, seconds * len(values)) for values in batches(x[1:]))]

    def _padded(self, x: Array) -> Array:
        timesteps, padding = self._worker.timesteps, self.metadata().get("padding")
        if x.shape[1] > timesteps:
            message = f"`{self.path}` reads {timesteps} timesteps, but the longest sample has {x.shape[1]}"
            raise SpecError.of("timesteps-mismatch", message, f"export the model again with `--timesteps {x.shape[1]}`")
        if x.shape[1] == timesteps or padding is None:
            return x
        width = [(0, 0), (0, timesteps - x.shape[1]), *[(0, 0)] * (x.ndim - 2)]
        return np.pad(x, width, constant_values=float(padding))

    @cached_property
    def _worker(self) -> "_WorkerProcess":
        return _WorkerProcess(self)


class _WorkerProcess:
    """The process that runs the model."""

    def __init__(self, file: File) -> None:
        self.path = file.path
        command = [sys.executable, "-P", "-m", WORKER_MODULE, str(file.path), str(available_memory() + ADDRESSES)]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nothing)  # noqa: S603 # nosec B603
        weakref.finalize(file, _end_process, self.process)
        self.timesteps = int(self._answer(SECONDS_OF_SAMPLE)[1])

    def computed(self, x: Array, seconds: float) -> Array:
        """Return the outputs of one batch. Raises SpecError if they take longer or the process ends."""
        if self.process.stdin:
            send(self.process.stdin, pack_array(x))
        return self._answer(seconds)

    def _answer(self, seconds: float) -> Array:
        stop = Timer(seconds, self.process.kill)
        stop.daemon = True
        stop.start()
        message = receive(self.process.stdout) if self.process.stdout else None
        if message is None and stop.finished.is_set():
            raise endless_batches(self.path, seconds)
        stop.cancel()
        if message is None:
            raise unreadable_model(self.path, KIND, "LiteRT crashed while it read the file")
        if message[:1] != RESULT:
            raise unreadable_model(self.path, KIND, message[1:].decode(errors="replace").splitlines()[0][:200])
        return np.asarray(unpack_array(message[1:]))


def _end_process(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()

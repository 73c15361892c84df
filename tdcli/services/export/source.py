"""The model that is to be exported, and the samples on which the export is held against Keras."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tdcli.data.arrays.array_files import open_array, read_array
from tdcli.data.dataset import Array, Part, samples_at
from tdcli.formats import keras
from tdcli.formats.core.registry import format_of
from tdcli.services.evaluate.open_model import Opened, file_part, held_out, opened
from tdcli.services.samples.prepare import load_data
from tdcli.sources.arrays.npy_files import NpyFiles, inspect_arrays
from tdcli.sources.core.section import refuse
from tdcli.text.diagnostic import UserError

MADE_UP = 256
"""How many samples are made up for a model that comes without data."""

TIMESTEPS = 10
"""Of made-up samples, where the model takes any number."""


@dataclass(frozen=True)
class Source:
    """A Keras model in its file; `run`: what else is known of it, None for a bare `.keras` file."""

    file: keras.File
    run: Opened | None

    @property
    def name(self) -> str:
        """What the export is called if nothing else is said."""
        return str(self.run.record["name"]) if self.run else self.file.path.stem


@dataclass(frozen=True)
class Samples:
    """Samples to compare on and to score, and those to learn ranges from; `title`: what the former are."""

    held_out: Part
    title: str
    training: Array


def source_of(path: Path) -> Source:
    """Open a run, or a `.keras` file of any origin. Raises UserError for anything else."""
    if format_of(path) not in (None, "keras"):
        raise UserError.of("wrong-option", f"`{path}` is an export already", "export the run, or a `.keras` file")
    if path.is_file():
        file = keras.File(path)
        return Source(file, opened(path) if "spec" in file.metadata() else None)
    run = opened(path)
    return Source(keras.File(run.model), run)


def samples_of(source: Source, data: Path | None) -> Samples:
    """Return a file's samples, or held-out ones; for a bare model made-up ones. Raises UserError."""
    if source.run is None:
        return _of_shape(source.file, data)
    if data is not None:
        chosen = file_part(source.run, data)
        return Samples(chosen.part, chosen.title, _array(chosen.part))
    loaded = load_data(source.run.compiled, source.run.record["learnt"], judged=True)
    chosen = held_out(loaded)
    return Samples(chosen.part, chosen.title, _array(loaded.train))


def _array(part: Part) -> Array:
    return samples_at(part.x, np.arange(min(MADE_UP, len(part.x))))


def _of_shape(file: keras.File, data: Path | None) -> Samples:
    x = _made_up(file) if data is None else _loaded(file, data)
    title = "numbers made up, for the file says nothing of its data" if data is None else data.name
    return Samples(Part(x, None, np.arange(len(x))), title, x)


def _made_up(file: keras.File) -> Array:
    timesteps, *rest = file.model.input_shape[1:]
    made = np.random.default_rng(0).normal(size=(MADE_UP, timesteps or TIMESTEPS, *rest))
    return made.astype(file.model.inputs[0].dtype)


def _loaded(file: keras.File, data: Path) -> Array:
    files = NpyFiles(data)
    refuse(inspect_arrays(files).faults)
    x = read_array(open_array(files.places()["x"]), files.places()["x"])
    wanted = file.model.input_shape
    if len(wanted) != x.ndim or any(size not in (None, given) for size, given in zip(wanted, x.shape, strict=True)):
        raise UserError.of("size-mismatch", f"`{data}` is {x.shape}, the model takes {wanted}", "give such an array")
    return np.asarray(x)

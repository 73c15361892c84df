"""Open the model to export, and choose the samples on which the export is compared with Keras."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tdcli.data.arrays.array_files import open_array, read_array
from tdcli.data.dataset import Array, Part, take_samples
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.formats import keras
from tdcli.formats.core.registry import find_format
from tdcli.services.evaluate.open_model import TrainedModel, choose_held_out, file_part, open_model
from tdcli.services.samples.prepare import load_data, prefetch_data
from tdcli.sources.arrays.npy_files import NpyFiles, inspect_arrays
from tdcli.sources.core.section import raise_if_any
from tdcli.text.errors import SpecError

MAX_SAMPLES = 256
"""How many samples are drawn at random for a model without data, or taken from its training set."""

RANDOM_TIMESTEPS = 10
"""The timesteps of random samples, if the model accepts any number."""


@dataclass(frozen=True)
class ExportSource:
    """The file of a Keras model. run: the run that it comes from, None for other `.keras` files."""

    file: keras.File
    run: TrainedModel | None

    @property
    def name(self) -> str:
        """The default name of the export."""
        return str(self.run.record["name"]) if self.run else self.file.path.stem


@dataclass(frozen=True)
class ExportSamples:
    """Samples to compare and score on, their name, and samples to calibrate with, `(batch, time, ...)`."""

    held_out: Part
    title: str
    training: Array


def open_source(path: Path) -> ExportSource:
    """Open a run or any `.keras` file. Raises SpecError for anything else."""
    if find_format(path) not in (None, "keras"):
        raise SpecError.of("wrong-option", f"`{path}` is already an export", "export the run, or a `.keras` file")
    if path.is_file():
        file = keras.File(path)
        return ExportSource(file, open_model(path) if "spec" in file.metadata() else None)
    run = open_model(path)
    return ExportSource(keras.File(run.model), run)


def choose_samples(
    source: ExportSource, data: Path | None, on_loading: ProgressCallback = no_progress
) -> ExportSamples:
    """Return the samples of a file, held-out samples, or random ones for a model without a run. Raises SpecError."""
    if source.run is None:
        return _samples_without_run(source.file, data)
    prefetch_data(source.run.compiled, on_loading, data)
    if data is not None:
        chosen = file_part(source.run, data)
        return ExportSamples(chosen.part, chosen.title, _first_samples(chosen.part))
    loaded = load_data(source.run.compiled, source.run.record["learnt"], judged=True)
    chosen = choose_held_out(loaded)
    return ExportSamples(chosen.part, chosen.title, _first_samples(loaded.train))


def _first_samples(part: Part) -> Array:
    return take_samples(part.x, np.arange(min(MAX_SAMPLES, len(part.x))))


def _samples_without_run(file: keras.File, data: Path | None) -> ExportSamples:
    x = _random_inputs(file) if data is None else _load_inputs(file, data)
    title = "random inputs, because the file does not describe its data" if data is None else data.name
    return ExportSamples(Part(x, None, np.arange(len(x))), title, x)


def _random_inputs(file: keras.File) -> Array:
    timesteps, *rest = file.model.input_shape[1:]
    drawn = np.random.default_rng(0).normal(size=(MAX_SAMPLES, timesteps or RANDOM_TIMESTEPS, *rest))
    return drawn.astype(file.model.inputs[0].dtype)


def _load_inputs(file: keras.File, data: Path) -> Array:
    files = NpyFiles(data)
    raise_if_any(inspect_arrays(files).diagnostics)
    x = read_array(open_array(files.places()["x"]), files.places()["x"])
    shape = file.model.input_shape
    if len(shape) != x.ndim or any(size not in (None, given) for size, given in zip(shape, x.shape, strict=True)):
        raise SpecError.of(
            "size-mismatch",
            f"`{data}` has the shape {x.shape}, but the model needs {shape}",
            "pass an array with that shape",
        )
    return np.asarray(x)

"""Write a model for another runtime, and keep the file only if its outputs match those of Keras on real samples."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.data.progress import ProgressCallback, no_progress
from tdcli.formats.core.base import ModelFile
from tdcli.formats.core.registry import open_model_file
from tdcli.nn.export.core.options import ExportOptions
from tdcli.runs.files import write_folder, write_whole
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.evaluate import score_outputs
from tdcli.services.evaluate.open_model import TrainedModel
from tdcli.services.evaluate.predict import model_outputs
from tdcli.services.export.request import ExportRequest
from tdcli.services.export.source import ExportSource, choose_samples
from tdcli.services.specs.resolve import resolved_values
from tdcli.text.errors import ExecutionError, SpecError
from tdcli.text.registry import find_module
from tdcli.text.yaml_writer import to_yaml

WRITERS = "tdcli.nn.export"
"""The package with one module per format. A module is imported on demand, because its dependencies are extras."""

MAX_DIFFERENCE = 1e-4
"""The largest allowed difference between an export and Keras, relative to the largest output."""

MAX_COMPARED = 256
"""The most samples on which an export is compared with Keras."""

MAX_CALIBRATION = 200
"""The most samples from which the ranges of 8-bit numbers are calibrated."""

METADATA_KEYS = (
    "name", "kind", "parameters", "input_shape", "seed", "versions", "data", "features", "targets", "classes",
    "fractions", "learnt", "naive", "monitor",
)  # fmt: skip
"""The keys of a run's record that are stored with its model."""


@dataclass(frozen=True)
class ExportResult:
    """A file that was written, and how it compares with Keras.

    difference: the largest difference, relative to the largest output.
    samples, title: the number of compared samples, and their name.
    scores: the evaluation before and after quantization, if the model was quantized.
    """

    path: Path
    bytes: int
    difference: float
    samples: int
    title: str
    scores: tuple[Scores, ...] = ()


def export(
    source: ExportSource, request: ExportRequest, data: Path | None, on_loading: ProgressCallback = no_progress
) -> ExportResult:
    """Write a model, load it in its own runtime, and compare it with Keras on `data` or on held-out samples.

    on_loading: called with the progress of slow reading. Raises ExecutionError, and leaves no file, if the outputs
    differ. Raises SpecError if the format lacks an operator.
    """
    samples, path = choose_samples(source, data, on_loading), request.path(source.name)
    first = samples.held_out.take(np.arange(min(MAX_COMPARED, len(samples.held_out))))
    expected = model_outputs(source.file, first)
    differences: list[float] = []

    def make(part: Path) -> None:
        _write_format(source.file.model, request, part, samples.training)
        file = open_model_file(part, request.module)
        if source.run is not None:
            file.attach(_metadata(source.run))
        differences.append(
            _relative_difference(model_outputs(file, first), expected, exact=request.quantization is None)
        )

    (write_folder if request.module == "saved_model" else write_whole)(path, make)
    after = open_model_file(path, request.module)
    scores = _before_and_after(source, after, samples.held_out) if request.quantization else ()
    return ExportResult(path, _bytes_of(path), differences[0], len(first), samples.title, scores)


def _write_format(model: Any, request: ExportRequest, path: Path, training: Array) -> None:
    timesteps = _litert_timesteps(model.input_shape[1], request, training)
    write = vars(find_module(WRITERS, request.module))["write"]
    write(model, path, ExportOptions(timesteps, request.quantization, training[:MAX_CALIBRATION]))


def _litert_timesteps(fixed: int | None, request: ExportRequest, training: Array) -> int:
    """Return the number of timesteps for LiteRT. Raises SpecError if it contradicts the model."""
    if fixed is not None and request.timesteps not in (None, fixed):
        message = f"the model needs {fixed} timesteps, but `--timesteps` is {request.timesteps}"
        raise SpecError.of("timesteps-mismatch", message, "remove `--timesteps`")
    return fixed or request.timesteps or int(training.shape[1])


def _metadata(run: TrainedModel) -> dict[str, Any]:
    """Return the metadata that are needed to read data for the model and to name its outputs."""
    record = {key: run.record[key] for key in METADATA_KEYS if key in run.record}
    return {**record, "spec": to_yaml(resolved_values(run.compiled)), "padding": run.compiled.plan.mask_value}


def _relative_difference(found: Array, expected: Array, *, exact: bool) -> float:
    """Return the largest difference. Raises ExecutionError if it is too large for an export without quantization."""
    difference = float(np.abs(found - expected).max() / max(np.abs(expected).max(), np.finfo(np.float32).tiny))
    if exact and not difference <= MAX_DIFFERENCE:
        message = f"the export was deleted, because it differs from Keras by {difference:.2g} of the largest output"
        raise ExecutionError.of("export-differs", message, "try another `--format`, and report this spec")
    return difference


def _before_and_after(source: ExportSource, after: ModelFile, part: Part) -> tuple[Scores, ...]:
    """Return the scores before and after quantization, or nothing if the targets are unknown."""
    if source.run is None or part.y is None:
        return ()
    return tuple(score_outputs(source.run, part, model_outputs(file, part)) for file in (source.file, after))


def _bytes_of(path: Path) -> int:
    return sum(file.stat().st_size for file in (path, *path.rglob("*")) if file.is_file())

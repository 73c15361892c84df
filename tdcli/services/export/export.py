"""A model written for another runtime, and held against Keras on real samples before it may stay."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.formats.core.base import ModelFile
from tdcli.formats.core.registry import model_file
from tdcli.nn.export.core.options import ExportOptions
from tdcli.runs.files import write_folder, write_whole
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.evaluate import scores_of
from tdcli.services.evaluate.open_model import Opened
from tdcli.services.evaluate.predict import outputs_for
from tdcli.services.export.request import Wanted
from tdcli.services.export.source import Source, samples_of
from tdcli.services.specs.resolve import resolved_values
from tdcli.text.diagnostic import UserError, WorkFailure
from tdcli.text.registry import module
from tdcli.text.yaml_writer import yaml_text

WRITERS = "tdcli.nn.export"
"""One module a format, loaded when it is wanted: its packages are extras."""

LARGEST_DIFFERENCE = 1e-4
"""Of an export from Keras, relative to the largest output; more is a fault of the conversion."""

COMPARED = 256
"""On how many samples, at most, an export is compared."""

SHOWN = 200
"""From how many samples, at most, the ranges of 8-bit numbers are learnt."""

TRAVELS = (
    "name", "kind", "parameters", "input_shape", "seed", "versions", "data", "features", "targets", "classes",
    "fractions", "learnt", "naive", "monitor",
)  # fmt: skip
"""What of a run's record goes with its model."""


@dataclass(frozen=True)
class Exported:
    """What was written, its largest difference from Keras relative to the largest output, on how many samples.

    title: what these are; scores: those on them before and after, where numbers were quantized.
    """

    path: Path
    bytes: int
    difference: float
    samples: int
    title: str
    scores: tuple[Scores, ...] = ()


def export(source: Source, wanted: Wanted, data: Path | None) -> Exported:
    """Write, load again in its own runtime, and compare on `data` or else on held-out samples.

    Raises WorkFailure where it differs, which leaves no file; UserError where the format has no such operator.
    """
    samples, path = samples_of(source, data), wanted.path(source.name)
    first = samples.held_out.take(np.arange(min(COMPARED, len(samples.held_out))))
    expected = outputs_for(source.file, first)
    differences: list[float] = []

    def make(part: Path) -> None:
        _write(source.file.model, wanted, part, samples.training)
        file = model_file(part, wanted.format)
        if source.run is not None:
            file.attach(_metadata(source.run))
        differences.append(_difference(outputs_for(file, first), expected, exact=wanted.quantization is None))

    (write_folder if wanted.format == "saved_model" else write_whole)(path, make)
    scores = _scores(source, model_file(path, wanted.format), samples.held_out) if wanted.quantization else ()
    return Exported(path, _size(path), differences[0], len(first), samples.title, scores)


def _write(model: Any, wanted: Wanted, path: Path, training: Array) -> None:
    timesteps = _timesteps(model.input_shape[1], wanted, training)
    write = vars(module(WRITERS, wanted.format))["write"]
    write(model, path, ExportOptions(timesteps, wanted.quantization, training[:SHOWN]))


def _timesteps(fixed: int | None, wanted: Wanted, training: Array) -> int:
    """Return the length of sequences for LiteRT. Raises UserError where another is wanted than the model's."""
    if fixed is not None and wanted.timesteps not in (None, fixed):
        message = f"the model takes {fixed} timesteps, not {wanted.timesteps}"
        raise UserError.of("timesteps-mismatch", message, "leave out `--timesteps`")
    return fixed or wanted.timesteps or int(training.shape[1])


def _metadata(run: Opened) -> dict[str, Any]:
    """Return what reading data for the model needs, and what its outputs are called."""
    record = {key: run.record[key] for key in TRAVELS if key in run.record}
    return {**record, "spec": yaml_text(resolved_values(run.compiled)), "padding": run.compiled.plan.mask_value}


def _difference(found: Array, expected: Array, *, exact: bool) -> float:
    """Return the largest difference. Raises WorkFailure where an export that should be exact differs by more."""
    difference = float(np.abs(found - expected).max() / max(np.abs(expected).max(), np.finfo(np.float32).tiny))
    if exact and not difference <= LARGEST_DIFFERENCE:
        message = f"the export differs from Keras by {difference:.2g} of the largest output, and is not kept"
        raise WorkFailure.of("export-differs", message, "please report the spec; another `--format` may do")
    return difference


def _scores(source: Source, after: ModelFile, part: Part) -> tuple[Scores, ...]:
    """Return how the model does before and after quantization; nothing where no target is known."""
    if source.run is None or part.y is None:
        return ()
    return tuple(scores_of(source.run, part, outputs_for(file, part)) for file in (source.file, after))


def _size(path: Path) -> int:
    return sum(each.stat().st_size for each in (path, *path.rglob("*")) if each.is_file())

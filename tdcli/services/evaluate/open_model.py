"""A run or an exported model opened again: its spec compiled, and the part of the data to look at."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import FileRequest, load_file
from tdcli.formats.core.registry import find_format, open_model_file
from tdcli.runs.folder import open_run_folder
from tdcli.runs.stored import ExportRecord, check_stored
from tdcli.services.machine.extras import require_extra
from tdcli.services.samples.callbacks import SILENT, ReadCallbacks
from tdcli.services.samples.prepare import check_extra, data_section, load_data, prefetch_data
from tdcli.services.specs.compile import Compiled
from tdcli.services.specs.compile_run import compile_metadata, compile_run
from tdcli.sources.tables.table import REWRITTEN, Table
from tdcli.text.errors import SpecError

_READ_FROM_RECORD = ("name", "classes", "targets", "learnt", "naive")
_WITHOUT_MODEL = {"failed": "its training failed", "running": "its training has not ended, or was killed"}
_TRAIN_AGAIN = "train again with `tdcli train`"

PartName = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class TrainedModel:
    """A model in its file, what was recorded of its training, and its compiled spec."""

    model: Path
    record: dict[str, Any]
    compiled: Compiled


@dataclass(frozen=True)
class EvaluationSet:
    """Samples, and what they are called in a title: `test part`, `new.csv`, `training data`."""

    part: Part
    title: str
    held_out: bool = True


def open_model(path: Path) -> TrainedModel:
    """Open a run, or a model that `tdcli export` wrote.

    Raises SpecError where it is neither, or a run without a model.
    """
    return _open_export(path) if find_format(path) else _open_run_model(path)


def _open_run_model(path: Path) -> TrainedModel:
    folder = open_run_folder(path)
    record = folder.read_record()
    check_record_keys(record, _READ_FROM_RECORD, folder.record)
    if not folder.best_model.is_file():
        reason = _WITHOUT_MODEL.get(record.get("state", ""), "it was removed")
        raise SpecError.of("not-a-run", f"`{path}` has no `best.keras`: {reason}", _TRAIN_AGAIN)
    run = TrainedModel(folder.best_model, record, compile_run(folder))
    _check_fits(run, folder.record, "not-a-run", _TRAIN_AGAIN)
    return run


def check_record_keys(record: dict[str, Any], keys: Sequence[str], path: Path) -> None:
    """Raise SpecError where a record lacks one of the keys."""
    missing = [f"`{key}`" for key in keys if key not in record]
    if missing:
        raise SpecError.of("not-a-run", f"`{path}` has no {', '.join(missing)}", _TRAIN_AGAIN)


def _check_fits(run: TrainedModel, path: Path, name: str, help: str) -> None:
    """Raise SpecError where what was recorded does not fit the model."""
    unfit = next(_unfit_reasons(run), None)
    if unfit:
        raise SpecError.of(name, f"`{path}`: {unfit}", help)


def _unfit_reasons(run: TrainedModel) -> Iterator[str]:
    learnt, naive, classes = run.record["learnt"], run.record["naive"], run.record["classes"]
    section, units = run.compiled.spec.data, run.compiled.plan.output_shape[-1]
    if isinstance(section, Table):
        yield from (f"`learnt` has no `{key}`" for key in ("features", "values") if key not in learnt)
        missing = [name for name in _encode_labels(section, learnt) if name not in learnt.get("values", ())]
        yield from (f"`learnt.values` has no `{name}`" for name in missing)
    if classes is None and len(naive.get("mean", ())) != units:
        yield f"`naive.mean` has {len(naive.get('mean', ()))} values, the model gives {units}"
    if classes is not None and "classes" not in learnt:
        yield "`learnt` has no `classes`"
    if classes is not None and not 0 <= naive.get("majority", -1) < max(len(classes), 2):
        yield f"`naive.majority` is none of the {len(classes)} classes"


def _open_export(path: Path) -> TrainedModel:
    if not path.exists():
        raise SpecError.of("unreadable-model", f"there is no file `{path}`", "`tdcli export RUN` writes one")
    if not (path.is_file() or path.is_dir()):
        message = f"`{path}` is not a regular file"
        raise SpecError.of("unreadable-model", message, "write what comes through it into a file first")
    name = find_format(path) or ""
    if name == "saved_model":
        help = "use the run, or export it as ONNX, LiteRT or Keras"
        raise SpecError.of("unreadable-model", f"`{path}` is a SavedModel, which is a program", help)
    require_extra(name, f"reading `{path}`")
    metadata = _check_metadata(open_model_file(path).metadata(), path)
    run = TrainedModel(path, metadata, compile_metadata(path, metadata))
    _check_fits(run, path, "unreadable-model", "use the run folder, or export it again")
    return run


def _check_metadata(metadata: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return what travels with a model. Raises SpecError where that is not what `tdcli export` wrote."""
    help = "use the run folder, or a file that `tdcli export` wrote"
    if [key for key in ("spec", *_READ_FROM_RECORD) if key not in metadata]:
        raise SpecError.of("unreadable-model", f"`{path}` does not say how to read data for it", help)
    check_stored(ExportRecord, json.dumps(metadata), str(path), "unreadable-model", help)
    return metadata


def apply_rewrites(run: TrainedModel, **keys: object) -> TrainedModel:
    """Return the run for files into which rows of a table are written anew; `keys` replace others of its section."""
    return replace_data_keys(run, **{**REWRITTEN, **keys})


def replace_data_keys(run: TrainedModel, **keys: object) -> TrainedModel:
    """Return the run with some keys of its data section replaced."""
    own = data_section(run.compiled).model_copy(update=keys)
    spec = run.compiled.spec.model_copy(update={"data": own})
    return replace(run, compiled=replace(run.compiled, spec=spec))


def part_to_score(
    run: TrainedModel, path: Path | None, targets: Path | None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluationSet:
    """Return a file with its targets, or the held-out part. Raises SpecError where there are targets without a file."""
    if path is None and targets is not None:
        raise SpecError.of("wrong-option", "`--targets` goes with `--data`", "write `--data FILE --targets FILE`")
    prefetch_data(run.compiled, callbacks.on_loading, path)
    return _with_notes_told(file_part(run, path, targets) if path else load_held_out_part(run), callbacks)


def part_to_predict(
    run: TrainedModel, path: Path | None, name: PartName | None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluationSet:
    """Return a file, a named part, or the held-out part. Raises SpecError where both are given."""
    if path is not None and name is not None:
        raise SpecError.of("wrong-option", "`--data` and `--part` exclude each other", "leave one of them out")
    prefetch_data(run.compiled, callbacks.on_loading, path)
    if path is not None:
        chosen = file_part(run, path, future=True)
    else:
        chosen = load_named_part(run, name) if name is not None else load_held_out_part(run)
    return _with_notes_told(chosen, callbacks)


def _with_notes_told(chosen: EvaluationSet, callbacks: ReadCallbacks) -> EvaluationSet:
    for note in chosen.part.notes:
        callbacks.on_note(note)
    return chosen


def file_part(run: TrainedModel, path: Path, targets: Path | None = None, *, future: bool = False) -> EvaluationSet:
    """Read another file the way the training read its own; with `future` without its targets. Raises SpecError."""
    section = data_section(run.compiled)
    check_extra(section)
    signature = run.compiled.signature
    part = load_file(section, FileRequest(path, targets, future), signature, run.record["learnt"])
    return EvaluationSet(part, path.name)


def load_named_part(run: TrainedModel, name: PartName) -> EvaluationSet:
    """Load the run's data again and take one part. Raises SpecError where it has no such part."""
    part = load_data(run.compiled, run.record["learnt"]).parts().get(name)
    if part is None:
        help = "choose another part with `--part`, or a file with `--data`"
        raise SpecError.of("no-such-part", f"this run has no {name} part", help)
    return EvaluationSet(part, f"{name} part", held_out=name != "train")


def load_held_out_part(run: TrainedModel) -> EvaluationSet:
    """Return the test part, or else the validation part, or else what was trained on, titled so."""
    return choose_held_out(load_data(run.compiled, run.record["learnt"], judged=True))


def choose_held_out(data: Dataset) -> EvaluationSet:
    """Return the same of data that are loaded."""
    if data.test is not None:
        return EvaluationSet(data.test, "test part")
    if data.validation is not None:
        return EvaluationSet(data.validation, "validation part (it chose the best epoch)")
    return EvaluationSet(data.train, "training data: nothing was held out", held_out=False)


def _encode_labels(section: Table, learnt: dict[str, Any]) -> list[str]:
    return [name for name in learnt.get("features", ()) if name in section.encode]

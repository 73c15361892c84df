"""Open a run or an exported model, compile its spec, and choose the data to evaluate or predict."""

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
_WITHOUT_MODEL = {"failed": "its training failed", "running": "its training has not finished, or was killed"}
_TRAIN_AGAIN = "train again with `tdcli train`"

PartName = Literal["train", "validation", "test"]
_SET_TITLES = {"train": "training set", "validation": "validation set", "test": "test set"}


@dataclass(frozen=True)
class TrainedModel:
    """The file of a model, the record of its training, and its compiled spec."""

    model: Path
    record: dict[str, Any]
    compiled: Compiled


@dataclass(frozen=True)
class EvaluationSet:
    """Samples, and their name in titles, such as `test set` or `new.csv`."""

    part: Part
    title: str
    held_out: bool = True


def open_model(path: Path) -> TrainedModel:
    """Open a run, or a model that `tdcli export` wrote.

    Raises SpecError if it is neither, or a run without a model.
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
    """Raise SpecError if a record lacks one of the keys."""
    missing = [f"`{key}`" for key in keys if key not in record]
    if missing:
        raise SpecError.of("not-a-run", f"`{path}` has no {', '.join(missing)}", _TRAIN_AGAIN)


def _check_fits(run: TrainedModel, path: Path, name: str, help: str) -> None:
    """Raise SpecError if the record does not fit the model."""
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
        yield f"`naive.mean` has {len(naive.get('mean', ()))} values, but the model has {units} outputs"
    if classes is not None and "classes" not in learnt:
        yield "`learnt` has no `classes`"
    if classes is not None and not 0 <= naive.get("majority", -1) < max(len(classes), 2):
        yield f"`naive.majority` is not the code of one of the {len(classes)} classes"


def _open_export(path: Path) -> TrainedModel:
    if not path.exists():
        raise SpecError.of("unreadable-model", f"`{path}` does not exist", "write a model with `tdcli export RUN`")
    if not (path.is_file() or path.is_dir()):
        message = f"`{path}` is not a regular file"
        raise SpecError.of("unreadable-model", message, "write its content into a file first")
    name = find_format(path) or ""
    if name == "saved_model":
        help = "use the run folder, or export it as ONNX, LiteRT or Keras"
        raise SpecError.of("unreadable-model", f"`{path}` is a SavedModel, which can run arbitrary code", help)
    require_extra(name, f"reading `{path}`")
    metadata = _check_metadata(open_model_file(path).metadata(), path)
    run = TrainedModel(path, metadata, compile_metadata(path, metadata))
    _check_fits(run, path, "unreadable-model", "use the run folder, or export it again")
    return run


def _check_metadata(metadata: dict[str, Any], path: Path) -> dict[str, Any]:
    """Return the metadata of a model. Raises SpecError if `tdcli export` did not write them."""
    help = "use the run folder, or a file that `tdcli export` wrote"
    if [key for key in ("spec", *_READ_FROM_RECORD) if key not in metadata]:
        raise SpecError.of("unreadable-model", f"`{path}` has no metadata of `tdcli export`", help)
    check_stored(ExportRecord, json.dumps(metadata), str(path), "unreadable-model", help)
    return metadata


def apply_rewrites(run: TrainedModel, **keys: object) -> TrainedModel:
    """Return the run with a data section that reads rewritten tables. `keys` replace further keys of that section."""
    return replace_data_keys(run, **{**REWRITTEN, **keys})


def replace_data_keys(run: TrainedModel, **keys: object) -> TrainedModel:
    """Return the run with some keys of its data section replaced."""
    own = data_section(run.compiled).model_copy(update=keys)
    spec = run.compiled.spec.model_copy(update={"data": own})
    return replace(run, compiled=replace(run.compiled, spec=spec))


def part_to_score(
    run: TrainedModel, path: Path | None, targets: Path | None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluationSet:
    """Return a file with its targets, or the held-out data. Raises SpecError for targets without a file."""
    if path is None and targets is not None:
        raise SpecError.of("wrong-option", "`--targets` needs `--data`", "write `--data FILE --targets FILE`")
    prefetch_data(run.compiled, callbacks.on_loading, path)
    return _with_notes_told(file_part(run, path, targets) if path else load_held_out_part(run), callbacks)


def part_to_predict(
    run: TrainedModel, path: Path | None, name: PartName | None, *, callbacks: ReadCallbacks = SILENT
) -> EvaluationSet:
    """Return a file, a named set, or the held-out data. Raises SpecError if both a file and a name are given."""
    if path is not None and name is not None:
        raise SpecError.of("wrong-option", "`--data` and `--part` cannot be combined", "remove one of them")
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
    """Read another file as the training read its own. `future` reads no targets. Raises SpecError."""
    section = data_section(run.compiled)
    check_extra(section)
    signature = run.compiled.signature
    part = load_file(section, FileRequest(path, targets, future), signature, run.record["learnt"])
    return EvaluationSet(part, path.name)


def load_named_part(run: TrainedModel, name: PartName) -> EvaluationSet:
    """Load the run's data again, and return one of its sets. Raises SpecError if the run has no such set."""
    part = load_data(run.compiled, run.record["learnt"]).parts().get(name)
    if part is None:
        help = "choose another set with `--part`, or a file with `--data`"
        raise SpecError.of("no-such-part", f"this run has no {_SET_TITLES[name]}", help)
    return EvaluationSet(part, _SET_TITLES[name], held_out=name != "train")


def load_held_out_part(run: TrainedModel) -> EvaluationSet:
    """Return the test set, or else the validation set, or else the training set."""
    return choose_held_out(load_data(run.compiled, run.record["learnt"], judged=True))


def choose_held_out(data: Dataset) -> EvaluationSet:
    """Return the test set of loaded data, or else the validation set, or else the training set."""
    if data.test is not None:
        return EvaluationSet(data.test, "test set")
    if data.validation is not None:
        return EvaluationSet(data.validation, "validation set, which chose the best epoch")
    return EvaluationSet(data.train, "training set, because nothing was held out", held_out=False)


def _encode_labels(section: Table, learnt: dict[str, Any]) -> list[str]:
    return [name for name in learnt.get("features", ()) if name in section.encode]

"""Find what a training takes over from its own earlier sessions, or from the run whose weights it starts from.

Scaling, encodings and classes belong to the weights that were fitted with them, and are taken over together.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

from tdcli.formats.core.registry import find_format
from tdcli.runs.folder import RunFolder, open_run_folder
from tdcli.runs.start import start_of
from tdcli.services.evaluate.open_model import open_model
from tdcli.services.samples.prepare import Origin
from tdcli.services.specs.compile import Compiled
from tdcli.services.train.commands import start_command
from tdcli.services.train.misfits import refuse_misfits
from tdcli.text.damage import translate_errors
from tdcli.text.errors import SpecError


def find_origin(run: Path | None, start: Path | None, compiled: Compiled) -> Origin | None:
    """Return what the run to resume has fitted, or what the run to start from has fitted with its weights.

    run: the run to resume, which may not exist yet. start: the run to start from. Without either there is no origin.
    Raises SpecError if a run cannot be read or does not fit the spec.
    """
    if run is None or not RunFolder(run).record.exists():
        start = start or (start_of(RunFolder(run)) if run else None)
        return None if start is None else _origin_from_run(start, compiled)
    folder = open_run_folder(run)
    record = folder.read_record()
    _refuse_another_start(run, start, record.get("from"))
    if record.get("from") and not folder.state.exists():
        return _origin_of_restart(run, start, record["from"], compiled)
    learnt = _read_fitted(record, folder)
    return None if learnt is None else Origin(learnt, record.get("from"))


def _origin_from_run(path: Path, compiled: Compiled) -> Origin:
    if path.is_file() or find_format(path):
        message = f"`{path}` is an exported model, but `--from` needs a run folder"
        raise SpecError.of("wrong-option", message, "pass the folder of the run that was exported")
    model, folder = open_model(path), open_run_folder(path)
    refuse_misfits(model, compiled, path)
    record = model.record
    return Origin(
        _add_scaling(record["learnt"], model.model),
        {
            "run": str(folder.path),  # not a link, whose target may change
            "best_epoch": folder.read_metrics().get("best_epoch", 0),
            "data": record.get("data", {}),
        },
        model.model,
    )


def _origin_of_restart(run: Path, start: Path | None, record: dict[str, Any], compiled: Compiled) -> Origin:
    """Return the origin of a run that was stopped before its first checkpoint and starts over."""
    if start is None:
        message = f"`{run}` has no weights to resume from, because it was stopped before its first checkpoint"
        help = f"start again with `{start_command(Path(record['run']), compiled)}`"
        raise SpecError.of("not-a-run", message, help)
    return _origin_from_run(start, compiled)


def _refuse_another_start(run: Path, start: Path | None, record: dict[str, Any] | None) -> None:
    """Raise SpecError if `start` is not the run that a run started from. The target of a link may have changed."""
    if start is None or (record and (start.is_symlink() or start.resolve().name == Path(record["run"]).name)):
        return
    came = f"it started from `{record['run']}`" if record else "it did not start from another run"
    message = f"`{run}` cannot start from `{start}`: {came}, and resumes from its own weights"
    raise SpecError.of("wrong-option", message, "remove `--from`, or start another run")


def _read_fitted(record: dict[str, Any], folder: RunFolder) -> dict[str, Any] | None:
    """Return what a run has fitted, or None if it has no model yet that contains it."""
    learnt = record.get("learnt")
    if learnt is None or "scaling" in learnt:
        return learnt
    models = [path for path in (folder.best_model, folder.last_model) if path.is_file()]
    return _add_scaling(learnt, models[0]) if models else None


def _add_scaling(learnt: dict[str, Any], model: Path) -> dict[str, Any]:
    """Return what was fitted. Runs of earlier versions store their scaling only in the model."""
    return learnt if "scaling" in learnt else {**learnt, "scaling": _read_scaling(model)}


def _read_scaling(model: Path) -> dict[str, Any]:
    """Read the constants of a saved model's Normalization layers, without TensorFlow. Raises SpecError for damage."""
    message = f"`{model}` is damaged: its scaling cannot be read"
    with translate_errors(lambda _: SpecError.of("unreadable-model", message, "train again with `tdcli train`")):
        with zipfile.ZipFile(model) as archive:
            layers = json.loads(archive.read("config.json"))["config"]["layers"]
        configs = [layer["config"] for layer in layers if layer["class_name"] == "Normalization"]
        by_name = {config["name"]: config for config in configs}
        return {key: _scaling_constants(by_name.get(name)) for key, name in (("x", "scale"), ("y", "unscale"))}


def _scaling_constants(config: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if config is None else {key: config[key] for key in ("mean", "variance")}

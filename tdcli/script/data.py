"""`load_data()`: what `tdcli train` reads, in NumPy and Polars."""

from __future__ import annotations

from typing import Any

from tdcli.script.parts import finished, parted
from tdcli.script.python import literal
from tdcli.script.sequences import sequences
from tdcli.script.tasks import task_lines
from tdcli.script.windows import windows
from tdcli.services.specs.compile import Compiled
from tdcli.signature import Signature
from tdcli.text.diagnostic import UserError


def data_lines(compiled: Compiled) -> list[list[str]]:
    """Return the functions that read the data, `load_data` last. Raises UserError for what cannot be written."""
    data = compiled.spec.data
    if data is None:
        raise UserError.of("missing-key", "`data` is missing", "add a `data` section: the script is to train")
    if getattr(data, "sample_weight", None):
        raise UserError.of("cannot-write-script", "the script weighs no samples", "leave `sample_weight` out")
    if data.source == "frames":
        help = "write `source: npy`, with the arrays that `tdcli data` leaves in the folder `cache`"
        raise UserError.of("cannot-write-script", "the script decodes no clips", help)
    makers = {"npy": _npy, "csv": _table, "parquet": _table, "synthetic": _synthetic}
    return makers[data.source](compiled, data, compiled.signature)


def _synthetic(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    if compiled.spec.split.stratify and not compiled.objective.classes:
        raise UserError.of("cannot-write-script", "there are no classes to share out", "leave `stratify` out")
    body, found = parted(["x, y = make(np.random.default_rng([SEED, 0]))"], compiled)
    return [task_lines(data, signature), *found, *finished(compiled, body, "none", [])]


def _npy(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    if data.lengths or data.padding is not None or data.classes is not None:
        message = "the script has no words for `lengths`, `padding` and `classes` of arrays"
        raise UserError.of("cannot-write-script", message, "leave them out, or save the arrays as they are to be read")
    body, found = parted(_loaded(data), compiled)
    for name in ("validation", "test"):
        if getattr(data, name):
            body += [*_loaded(getattr(data, name)), f'data["{name}"] = (x, y)']
    return [*found, *finished(compiled, body, data.scale, [])]


def _loaded(files: Any) -> list[str]:
    return [f"{name} = np.load(FOLDER / {literal(getattr(files, name))})" for name in ("x", "y")]


def _table(compiled: Compiled, data: Any, signature: Signature) -> list[list[str]]:
    if data.layout == "sequences":
        return sequences(compiled, data, signature)
    return windows(compiled, data, signature)

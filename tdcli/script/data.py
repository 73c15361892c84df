"""Write `load_data()`, which reads with NumPy and Polars what `tdcli train` reads."""

from __future__ import annotations

from tdcli.script.parts import load_data_functions, split_code
from tdcli.script.python import literal
from tdcli.script.sequences import sequence_functions
from tdcli.script.tasks import task_function
from tdcli.script.windows import window_functions
from tdcli.services.specs.compile import Compiled
from tdcli.signature import Signature
from tdcli.sources.npy import Arrays, Npy
from tdcli.sources.tables.sequences import Sequences
from tdcli.sources.tables.windows import Windows
from tdcli.sources.tasks.core.task import Task
from tdcli.text.errors import SpecError


def data_functions(compiled: Compiled) -> list[list[str]]:
    """Return the functions that read the data, `load_data` last. Raises SpecError for what cannot be written."""
    data = compiled.spec.data
    if data is None:
        raise SpecError.of(
            "missing-key", "`data` is missing", "add a `data` section; the script needs data to train on"
        )
    if getattr(data, "sample_weight", None):
        raise SpecError.of(
            "cannot-write-script", "the script does not support `sample_weight`", "remove `sample_weight`"
        )
    signature = compiled.plan.signature(compiled.spec.training.loss)
    if isinstance(data, Sequences):
        return sequence_functions(compiled, data, signature)
    if isinstance(data, Windows):
        return window_functions(compiled, data, signature)
    if isinstance(data, Npy):
        return _array_functions(compiled, data)
    if isinstance(data, Task):
        return _synthetic_functions(compiled, data, signature)
    help = "write `source: npy`, with the arrays that `tdcli data` leaves in the folder `cache`"
    raise SpecError.of("cannot-write-script", "the script cannot decode clips", help)


def _synthetic_functions(compiled: Compiled, data: Task, signature: Signature) -> list[list[str]]:
    if compiled.spec.split.stratify and not compiled.objective.classes:
        raise SpecError.of("cannot-write-script", "`stratify` needs classes", "remove `stratify`")
    body, found = split_code(["x, y = make(np.random.default_rng([SEED, 0]))"], compiled)
    return [task_function(data, signature), *found, *load_data_functions(compiled, body, "none", [])]


def _array_functions(compiled: Compiled, data: Npy) -> list[list[str]]:
    if data.lengths or data.padding is not None or data.classes is not None:
        message = "the script does not support `lengths`, `padding` and `classes` of arrays"
        raise SpecError.of("cannot-write-script", message, "remove them, or save the arrays in their final form")
    body, found = split_code(_load_lines(data), compiled)
    for name, files in (("validation", data.validation), ("test", data.test)):
        if files:
            body += [*_load_lines(files), f'data["{name}"] = (x, y)']
    return [*found, *load_data_functions(compiled, body, data.scale, [])]


def _load_lines(files: Npy | Arrays) -> list[str]:
    return [f"{name} = np.load(FOLDER / {literal(path)})" for name, path in (("x", files.x), ("y", files.y))]

"""Accept data in memory: write them into a file once, and read that file like any other.

Data in memory therefore pass the same checks and give the same weights as data from a file.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tdcli.runs.files import cannot_write, write_whole
from tdcli.services.evaluate.open_model import TrainedModel, apply_rewrites
from tdcli.services.samples.prepare import data_section
from tdcli.services.specs.compile import Compiled, compile_document
from tdcli.sources.npy import Npy
from tdcli.sources.tables.table import REWRITTEN, Table
from tdcli.text.errors import SpecError

if TYPE_CHECKING:
    import polars as pl

Samples: TypeAlias = Any
"""The path of a file, a DataFrame, or arrays: `x`, or `{"x": x, "y": y}`.

A DataFrame may come from Polars, pandas or another library that exposes its columns. Arrays have the shape
`(samples, time, features)`.
"""

DATA_FOLDER = "data"
"""The folder for data from memory, inside the folder of the runs that were trained on them."""


def with_data(compiled: Compiled, data: Samples, runs: Path) -> Compiled:
    """Return a spec that reads `data` in place of its own.

    A DataFrame replaces the file of a table. A mapping of arrays replaces the files of the source `npy`, with those of
    `validation` and `test` as nested mappings. The data are stored in the folder of the runs, under the digest of their
    contents, so that a run can be evaluated and resumed later. Raises SpecError if the spec's source needs other data.
    """
    section, folder = compiled.spec.data, runs / DATA_FOLDER
    own = dict(compiled.document.values.get("data") or {})
    if isinstance(section, Table):
        _refuse_other_files(own)
        own |= {**REWRITTEN, "path": str(_write_frame(as_frame(data), folder).resolve())}
    else:
        own = own if isinstance(section, Npy) else {"source": "npy"}
        own |= _write_arrays(_named_arrays(data), folder)
    return compile_document(replace(compiled.document, values={**compiled.document.values, "data": own}))


OpenedFiles: TypeAlias = tuple[TrainedModel, list[Path | None]]
"""A model, and the files with the inputs and the targets that it reads."""


@contextmanager
def data_files(model: TrainedModel, data: Samples, targets: Samples) -> Iterator[OpenedFiles]:
    """Yield the model that reads `data` and `targets`, and their files, which are deleted afterwards if made here."""
    if isinstance(data, Mapping):
        data, targets = data.get("x"), data.get("y", targets)
    with tempfile.TemporaryDirectory() as name:
        written = [_as_file(model, each, Path(name)) for each in (data, targets)]
        is_frame = isinstance(data_section(model.compiled), Table) and not _is_path(data)
        yield apply_rewrites(model) if is_frame else model, written


def as_frame(data: Any) -> "pl.DataFrame":
    """Return a Polars DataFrame. Raises SpecError if `data` has no columns."""
    import polars as pl

    if isinstance(data, pl.DataFrame):
        return data
    with suppress(ImportError):  # pandas needs PyArrow to export its columns
        if hasattr(data, "__arrow_c_stream__"):
            return pl.DataFrame(data)
    if hasattr(data, "columns") and all(hasattr(data[name], "to_numpy") for name in data.columns):
        return pl.DataFrame({str(name): data[name].to_numpy() for name in data.columns})
    message = f"a table needs a DataFrame, but `data` has the type `{type(data).__name__}`"
    raise SpecError.of("wrong-type", message, "pass a DataFrame of Polars or pandas, or the path of a file")


def _as_file(model: TrainedModel, data: Samples, folder: Path) -> Path | None:
    if data is None or _is_path(data):
        return None if data is None else Path(data)
    if isinstance(data_section(model.compiled), Table):
        return _write_frame(as_frame(data), folder)
    return _write_array(data, folder)


def _is_path(data: Samples) -> bool:
    return data is None or isinstance(data, str | Path)


def _refuse_other_files(own: Mapping[str, Any]) -> None:
    """Raise SpecError if the spec has files for its sets: one DataFrame cannot replace several files."""
    for key in ("validation", "test"):
        if own.get(key) is not None:
            message = f"the spec has a file for `{key}`, but a DataFrame replaces all files"
            help = f"remove `{key}` from `data`, and write `split: {{{key}: 0.2}}`"
            raise SpecError.of("wrong-option", message, help)


def _named_arrays(data: Any) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    message = f"a spec without a table needs arrays by name, but `data` has the type `{type(data).__name__}`"
    help = 'write `data={"x": x, "y": y}`, or add a `data` section that names the columns of the table to the spec'
    raise SpecError.of("wrong-type", message, help)


def _write_arrays(arrays: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Write arrays, and return their paths by key, for the `data` section. Whole numbers are kept as values."""
    written: dict[str, Any] = {}
    for name, each in arrays.items():
        if isinstance(each, Mapping):
            written[name] = _write_arrays(each, folder)
        else:
            written[name] = each if isinstance(each, int) else str(_write_array(each, folder).resolve())
    return written


def _write_frame(frame: "pl.DataFrame", folder: Path) -> Path:
    """Write the frame as Parquet, which preserves types and exact values."""
    return _write_once(folder, "dataframe", ".parquet", frame.write_parquet)


def _write_array(array: Any, folder: Path) -> Path:
    import numpy as np

    values = _as_numbers(array)
    return _write_once(folder, "array", ".npy", lambda part: np.save(part, values, allow_pickle=False))


def _as_numbers(array: Any) -> Any:
    import numpy as np

    with suppress(ValueError):  # rows of different lengths
        values = np.asarray(array)
        if not values.dtype.hasobject:
            return values
    message = "an array has rows of different lengths, or values that are not numbers"
    help = "pad the rows to one length, and pass the number of real timesteps as `lengths`"
    raise SpecError.of("wrong-type", message, help)


def _write_once(folder: Path, stem: str, ending: str, write: Callable[[Path], object]) -> Path:
    """Write a file named after the digest of its contents, unless it exists. Raises ExecutionError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".") as name:
            part = Path(name) / f"part{ending}"
            write(part)
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
            path = folder / f"{stem}-{digest}{ending}"
            if not path.exists():
                write_whole(path, part.replace)
            return path
    except OSError as error:
        raise cannot_write(folder, error) from None

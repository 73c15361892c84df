"""Data that are in memory: written once into a file, and read from it as any other.

So they pass the same checks, and give the same weights, as data that came from a file.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tdcli.services.evaluate.open_model import TrainedModel, apply_rewrites
from tdcli.services.samples.prepare import data_section
from tdcli.services.specs.compile import Compiled, compile_document
from tdcli.sources.npy import Npy
from tdcli.sources.tables.table import REWRITTEN, Table
from tdcli.text.diagnostic import UserError

if TYPE_CHECKING:
    import polars as pl

FrameOrArray: TypeAlias = Any
"""A path, a DataFrame of Polars or of whatever else gives its columns through `__dataframe__`, or a NumPy array."""

DATA_FOLDER = "data"
"""Where data of memory lie, beside the runs that were trained on them."""


def with_data(compiled: Compiled, data: FrameOrArray, runs: Path) -> Compiled:
    """Return a spec whose data are these. Raises UserError where they are not of the kind that the spec's source reads.

    A DataFrame stands for the file of a table, a mapping of arrays for the files of an `npy` source. They are kept in
    a folder beside the runs, under the digest of their contents, so that a run can be evaluated and resumed later.
    """
    section, folder = compiled.spec.data, runs / DATA_FOLDER
    own = dict(compiled.document.values.get("data") or {})
    if isinstance(section, Table):
        own |= {**REWRITTEN, "path": str(_write_frame(as_frame(data), folder).resolve())}
    else:
        own = own if isinstance(section, Npy) else {"source": "npy"}
        own |= {name: str(_write_array(each, folder).resolve()) for name, each in _arrays(data).items()}
    return compile_document(replace(compiled.document, values={**compiled.document.values, "data": own}))


@contextmanager
def data_file(model: TrainedModel, data: FrameOrArray | None) -> Iterator[tuple[TrainedModel, Path | None]]:
    """Give other data as a file, and the model that reads it: as its own data, or as rows that were written anew."""
    if data is None or isinstance(data, str | Path):
        yield model, None if data is None else Path(data)
        return
    with tempfile.TemporaryDirectory() as name:
        if isinstance(data_section(model.compiled), Table):
            yield apply_rewrites(model), _write_frame(as_frame(data), Path(name))
        else:
            yield model, _write_array(data, Path(name))


def as_frame(data: Any) -> "pl.DataFrame":
    """Return a DataFrame of Polars. Raises UserError for what gives no columns."""
    import polars as pl

    if isinstance(data, pl.DataFrame):
        return data
    if hasattr(data, "__dataframe__"):
        return pl.from_dataframe(data)
    message = f"a table is read from a DataFrame, and this is of type {type(data).__name__}"
    raise UserError.of("wrong-type", message, "give a DataFrame of Polars or pandas, or the path of a file")


def _arrays(data: Any) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    message = f"a spec without a table takes arrays by name, and this is of type {type(data).__name__}"
    help = 'write `data={"x": x, "y": y}`, or a `data` section in the spec that names the columns of a table'
    raise UserError.of("wrong-type", message, help)


def _write_frame(frame: "pl.DataFrame", folder: Path) -> Path:
    """Write the frame as Parquet, which keeps types and every bit."""
    return _write_once(folder, "dataframe", ".parquet", frame.write_parquet)


def _write_array(array: Any, folder: Path) -> Path:
    import numpy as np

    return _write_once(folder, "array", ".npy", lambda file: np.save(file, np.asarray(array), allow_pickle=False))


def _write_once(folder: Path, stem: str, ending: str, write: Any) -> Path:
    """Write a file under the digest of its contents, unless it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=ending, delete=False) as file:
        write(file)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    return Path(file.name).replace(folder / f"{stem}-{digest}{ending}")

"""The same table as CSV and as Parquet, the same arrays as NPY, NPZ and HDF5: what is read is the same."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import polars as pl
import pytest

from tdcli.data.arrays.stored_hdf5 import StoredHdf5
from tdcli.data.dataset import Dataset
from tdcli.text.errors import ExecutionError, SpecError

RNG = np.random.default_rng(0)
TABLE = pl.DataFrame(
    {
        "day": [date(2020, 1, 1) + timedelta(days=int(day)) for day in RNG.permutation(40)],
        "load": RNG.normal(size=40).round(3),
        "count": [None if row == 7 else row for row in range(40)],
        "wind": [None if row == 9 else "NS"[row % 2] + "W " for row in range(40)],
    }
)
KEYS: dict[str, Any] = {"order": "day", "target": "load", "encode": {"wind": {"as": "one-hot", "values": ("NW", "SW")}}}
KEYS["missing"] = {"count": -1, "wind": "forward-fill"}


def alike(one: Dataset, other: Dataset) -> bool:
    pairs = zip(one.parts().values(), other.parts().values(), strict=True)
    return all(np.array_equal(a.x, b.x) and np.array_equal(a.y, b.y) for a, b in pairs)


@pytest.mark.parametrize("source", ["csv", "parquet"])
def test_a_table_is_the_same_in_parquet(work: Any, model: Any, source: str) -> None:
    TABLE.write_csv(work.folder / "table.csv")
    TABLE.write_parquet(work.folder / "table.parquet")
    of_csv = work.load(work.csv_of("table.csv", **KEYS), model(timesteps=3, features=4), test=0.3)
    section = work.csv_of("table.parquet", **KEYS).model_copy(update={"source": source})
    of_parquet = work.load(section, model(timesteps=3, features=4), test=0.3)
    assert alike(of_csv, of_parquet)
    assert (of_parquet.train.index + 1 == of_csv.train.index).all()  # rows are counted from 1, lines from the header
    assert section.inspect(work.folder).columns == ("day", "load", "count", "wind")


def test_a_bad_cell_of_parquet_is_named_by_its_row(work: Any, model: Any) -> None:
    TABLE.write_parquet(work.folder / "table.parquet")
    keys = KEYS | {"missing": {"wind": "forward-fill"}}
    with pytest.raises(SpecError, match=r"row 8, column `count` of `table.parquet` has no value"):
        work.load(work.csv_of("table.parquet", **keys), model(timesteps=3, features=4))
    marked = KEYS | {"na_values": ("-999",), "missing": {"count": 0, "wind": "forward-fill"}}
    TABLE.with_columns(pl.col("count").fill_null(-999)).write_parquet(work.folder / "table.parquet")
    data = work.load(work.csv_of("table.parquet", **marked), model(timesteps=3, features=4))
    assert np.asarray(data.train.x)[..., 1].min() == 0


def test_a_file_that_is_not_parquet_is_reported_before_cells_are_read(work: Any, model: Any) -> None:
    work.write("table.parquet", "a,b\n1,2\n")
    (diagnostic,) = work.diagnostics(work.csv_of("table.parquet", target="a"), model())
    assert diagnostic.name == "unreadable-data"
    assert "cannot be read as a Parquet file" in diagnostic.message


@pytest.mark.parametrize("cell", ["x", "nan", "1e39", '"2"', " 2 "])
def test_a_column_is_read_as_numbers_or_its_faults_are_named(work: Any, model: Any, cell: str) -> None:
    section = work.csv(f"a,b\n1,1\n2,2\n3,{cell}\n4,4\n", target="a")
    if cell.strip('" ') == "2":
        assert np.asarray(work.load(section, model(timesteps=1, features=2)).train.x)[2, 0].tolist() == [3, 2]
    else:
        with pytest.raises(SpecError, match=rf"line 4, column `b` of `table.csv` contains `{cell}`"):
            work.load(section, model(timesteps=1, features=2))


def test_lines_are_counted_where_quoted_cells_hold_line_breaks(work: Any, model: Any) -> None:
    section = work.csv('a,note\n1,"one\ntwo"\n2,x\n3,y\n4,z\n', target="a", features=("a",))
    assert work.load(section, model()).train.index.tolist() == [4, 5, 6]


X = RNG.normal(size=(12, 4, 2)).astype("float32")
ARRAYS = {"x": X, "y": RNG.integers(0, 3, 12), "lengths": RNG.integers(1, 5, 12)}
SOFTMAX = {"activation": "softmax", "units": 3, "mask_value": 0.0}


def written(folder: Path) -> None:
    for name, array in ARRAYS.items():
        np.save(folder / f"{name}.npy", array)
    np.savez(folder / "plain.npz", **ARRAYS)
    np.savez_compressed(folder / "small.npz", train_x=X, **ARRAYS)
    with h5py.File(folder / "arrays.h5", "w") as file:
        for name, array in ARRAYS.items():
            file[f"group/{name}"] = array
        file["labels"] = ["abc"[code] for code in ARRAYS["y"]]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("where", ["plain.npz", "small.npz", "arrays.h5/group/{}"])
def test_arrays_are_the_same_in_files_of_several(work: Any, model: Any, where: str, stream: bool) -> None:
    written(work.folder)
    signature = model(timesteps=4, features=2, **SOFTMAX)
    split = {"validation": 0.25, "test": 0.25}
    plain = work.load(work.npy(lengths="lengths.npy"), signature, **split)
    named = {key: where.format(key) for key in ARRAYS}
    several = work.load(work.npy(**named, stream=stream), signature, **split)
    assert alike(plain, several)
    assert [path.name for path in several.files] == [where.split("/")[0]]
    assert isinstance(several.train.x, StoredHdf5) == (stream and where.startswith("arrays"))


def test_an_array_has_the_name_that_is_written_behind_its_file(work: Any, model: Any) -> None:
    written(work.folder)
    signature = model(timesteps=4, features=2, activation="softmax", units=3)
    data = work.load(work.npy(x="small.npz/train_x", y="arrays.h5/labels"), signature)
    assert np.array_equal(data.train.x, X)
    assert data.classes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ("plain.npz/features", "has no array `features`"),
        ("arrays.h5/group/z", "has no array `group/z`"),
        ("y.h5", "cannot be read as an HDF5 file"),
        ("y.npz", "is not an NPZ file"),
    ],
)
def test_a_missing_array_is_named(work: Any, model: Any, x: str, message: str) -> None:
    written(work.folder)
    for name in ("y.h5", "y.npz"):
        (work.folder / name).write_bytes((work.folder / "y.npy").read_bytes())
    diagnostic, *_ = work.diagnostics(work.npy(x=x), model(timesteps=4, features=2))
    assert diagnostic.key_path == ("x",)
    assert message in diagnostic.message


def test_pickles_in_an_archive_are_never_loaded(work: Any, model: Any) -> None:
    np.savez(work.folder / "bad.npz", x=np.array([{}], object), y=np.zeros(1))
    diagnostic, *_ = work.diagnostics(work.npy(x="bad.npz", y="bad.npz"), model())
    assert "pickled objects" in diagnostic.message


def test_an_hdf5_file_that_vanishes_is_reported(work: Any, model: Any) -> None:
    written(work.folder)
    data = work.load(work.npy(x="arrays.h5/group/x", y="y.npy", stream=True), model(timesteps=4, features=2, units=1))
    fresh = StoredHdf5(data.train.x.place, data.train.x.index)
    (work.folder / "arrays.h5").unlink()
    with pytest.raises(ExecutionError, match="can no longer be read"):
        fresh.read(np.arange(2))

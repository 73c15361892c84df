"""Each kind of file leads to a spec that `check` and, where the data are sound, `data` do not warn of."""

import gzip
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from tdcli.services.init.new_spec import new_spec
from tdcli.text.errors import SpecError

START = datetime(2020, 1, 1)
MONTHS = "January February March April May June July August September October November December".split()
RNG = np.random.default_rng(0)

Rows = list[tuple[Any, ...]]


def numbers(seed: int = 0) -> Iterator[str]:
    drawn = random.Random(seed)
    while True:
        yield f"{drawn.gauss(20, 3):.2f}"


def days(count: int = 200) -> list[date]:
    return [(START + timedelta(days=day)).date() for day in range(count)]


def measured(times: list[Any]) -> Rows:
    return list(zip(times, numbers(), strict=False))


def text(name: str, separator: str = ",") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        lines = [separator.join(["day", "level"]), *(f"{day}{separator}{level}" for day, level in measured(days()))]
        path = folder / name
        with gzip.open(path, "wt") if path.suffix == ".gz" else path.open("w") as file:
            file.write("\n".join(lines) + "\n")
        return path

    return write


def parquet(folder: Path) -> Path:
    table = {"day": days(), "index": list(range(200)), "level": [float(value) for _, value in measured(days())]}
    pl.DataFrame(table).with_columns(later=pl.col("day").dt.offset_by("3d")).write_parquet(folder / "table.parquet")
    return folder / "table.parquet"


def excel(folder: Path) -> Path:
    with xlsxwriter.Workbook(str(folder / "table.xlsx"), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Month", "Level"])
        for row, level in zip(range(1, 61), numbers(), strict=False):
            sheet.write_row(row, 0, [f"{MONTHS[(row - 1) % 12]} {2000 + (row - 1) // 12}", float(level)])
    return folder / "table.xlsx"


def arff(folder: Path) -> Path:
    header = ["@relation r", "@attribute day date 'yyyy-MM-dd'", "@attribute level numeric", "@data"]
    path = folder / "table.arff"
    path.write_text("\n".join([*header, *(f"'{day}',{level}" for day, level in measured(days()))]) + "\n")
    return path


def ts(folder: Path) -> Path:
    drawn = numbers()
    header = ["@problemName p", "@timeStamps false", "@classLabel true a b", "@data"]
    rows = [",".join(next(drawn) for _ in range(8 + row % 3)) + ":" + "ab"[row % 2] for row in range(60)]
    path = folder / "cases.ts"
    path.write_text("\n".join([*header, *rows]) + "\n")
    return path


TABLES: dict[str, Callable[[Path], Path]] = {
    "CSV": text("table.csv"),
    "CSV in gzip": text("table.csv.gz"),
    "text with semicolons": text("table.txt", ";"),
    "TSV": text("table.tsv", "\t"),
    "Parquet": parquet,
    "Excel": excel,
    "ARFF": arff,
    "ts": ts,
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_of_each_format_checks_without_a_warning(kind: str, tmp_path: Path, tried: Any) -> None:
    assert tried(TABLES[kind](tmp_path)).avoidable == []


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape).astype(np.float32)


def padded(samples: Any, lengths: Any) -> Any:
    """Return samples with zeros behind their lengths."""
    real = np.arange(samples.shape[1]) < lengths[:, None]
    return np.where(real.reshape(*real.shape, *(1,) * (samples.ndim - 2)), samples, 0)


LENGTHS = RNG.integers(2, 7, 60)
TOKENS = RNG.integers(1, 90, (60, 7))
CODES = np.arange(60) % 2

ARRAYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "features": ({"x": normal(60, 7, 3), "y": normal(60)}, {"scale": "standard", "padding": None}),
    "features of few samples": ({"x": normal(8, 7, 3), "y": normal(8)}, {"scale": "standard"}),
    "features of too few samples for three sets": ({"x": normal(5, 4, 1), "y": normal(5)}, {"scale": None}),
    "features padded with zeros": ({"x": padded(normal(60, 7, 3), LENGTHS), "y": normal(60)}, {"padding": 0}),
    "features with their lengths": (
        {"x": padded(normal(60, 7, 3), LENGTHS), "y": normal(60), "lengths": LENGTHS},
        {"lengths": "lengths.npy", "padding": None},
    ),
    "a target at each timestep": ({"x": normal(60, 7, 3), "y": normal(60, 7)}, {}),
    "targets with timesteps of their own": ({"x": normal(60, 7, 3), "y": normal(60, 5, 2)}, {}),
    "truth values": ({"x": normal(60, 7, 3), "y": CODES == 1}, {"classes": None}),
    "tokens": ({"x": TOKENS, "y": CODES}, {"scale": None}),
    "tokens padded with zeros": ({"x": padded(TOKENS, LENGTHS), "y": CODES}, {"padding": None}),
    "frames": ({"x": normal(60, 4, 8, 8, 1), "y": CODES}, {"scale": "standard"}),
    "frames of few samples": ({"x": normal(12, 4, 8, 8, 1), "y": CODES[:12]}, {"scale": "standard"}),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_check_without_a_warning(kind: str, tmp_path: Path, tried: Any) -> None:
    arrays, meant = ARRAYS[kind]
    for name, array in arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
    found = tried(tmp_path / "x.npy")
    assert found.avoidable == []
    assert {key: found.data.get(key) for key in meant} == meant


def test_padding_of_tokens_is_masked_by_the_embedding(tmp_path: Path, tried: Any) -> None:
    np.save(tmp_path / "x.npy", padded(TOKENS, LENGTHS))
    np.save(tmp_path / "y.npy", CODES)
    assert tried(tmp_path / "x.npy").compiled.signature.mask_value == 0


def test_targets_of_a_length_of_their_own_get_a_decoder(tmp_path: Path, tried: Any) -> None:
    np.save(tmp_path / "x.npy", normal(60, 7, 3))
    np.save(tmp_path / "y.npy", normal(60, 5, 2))
    assert tried(tmp_path / "x.npy").compiled.plan.output_shape == (None, 5, 2)


@pytest.mark.parametrize(
    ("x", "y"), [(normal(60, 4, 8, 8, 1), normal(60, 8, 8, 1)), (normal(60, 4, 8, 8, 1), normal(60, 5, 2))]
)
def test_targets_that_no_guess_fits_are_refused_with_their_shape(x: Any, y: Any, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    with pytest.raises(SpecError, match=rf"has the shape \(60, {y.shape[1]}") as caught:
        new_spec(None, tmp_path / "x.npy", tmp_path / "spec.yaml")
    assert caught.value.diagnostics[0].name == "nothing-to-guess"


@pytest.mark.parametrize("clips", [3, 20])
def test_a_folder_of_clips_checks_without_a_warning(clips: int, camera: Any, tmp_path: Path, tried: Any) -> None:
    for label in ("nod", "wave"):
        for clip in range(clips):
            camera.images(f"clips/{label}/{clip}", camera.noise(5, seed=2 * clip + (label == "nod")))
    assert tried(tmp_path / "clips").avoidable == []

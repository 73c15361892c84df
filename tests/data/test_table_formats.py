"""Tables that are no CSV: ARFF, `.ts` and Excel, chosen by a file's ending."""

import builtins
import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.files.reading import read_cells
from tdcli.signature import Signature
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.formats import read_header, table_format
from tdcli.sources.tables.header import TableError
from tdcli.text.errors import SpecError

ARFF = """% a comment
@RELATION 'the weather'
@attribute 'out side' {sunny, 'over cast', "rain, heavy"}
@attribute temperature real
@ATTRIBUTE when date "yyyy-MM-dd"
@attribute note string

@DATA
sunny, 85, "2001-01-01", 'it\\'s, hot'
% between
'over cast',?,'2001-01-02',?
"rain, heavy",-7.5e1,"2001-01-03","100 %"
"""
TS = """# a comment
@problemName Moves
@timeStamps false
@missing true
@univariate false
@dimensions 2
@equalLength false
@classLabel true stays moves
@data
1,2,3:4,5.5,?:stays
7,8 : -9,1e1 : moves
"""


def cells_of(path: Path, **wanted: Any) -> Cells:
    return read_cells((path,), ColumnRequest(**wanted), (), 0, Dialect())


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.csv", "csv"),
        ("a", "csv"),
        ("a.csv.gz", "csv"),
        ("a.tsv", "csv"),
        ("a.b.parquet", "parquet"),
        ("a.PQ", "parquet"),
        ("a.xlsx", "excel"),
        ("a.arff", "arff"),
        ("a.ARFF.gz", "arff"),
        ("a.ts", "ts"),
    ],
)
def test_the_ending_chooses_the_reader(name: str, format: str) -> None:
    assert table_format(Path(name)).name == format


@pytest.mark.parametrize("name", ["weather.arff", "weather.arff.gz"])
def test_an_arff_file_has_a_row_an_instance(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ARFF.encode()) if name.endswith("gz") else ARFF.encode())
    assert read_header(path, Dialect()) == ("out side", "temperature", "when", "note")
    cells = cells_of(path, numbers=("temperature",), texts=("out side", "note"), order=("when",))
    assert cells.frame["temperature"].cast(float).to_list() == [85, None, -75]
    assert cells.frame["out side"].to_list() == ["sunny", "over cast", "rain, heavy"]
    assert cells.frame["note"].to_list() == ["it's, hot", None, "100 %"]
    assert cells.frame["when"].to_list() == ["2001-01-01", "2001-01-02", "2001-01-03"]
    assert cells.line.tolist() == [9, 11, 12]


def test_a_ts_file_has_a_row_a_timestep(tmp_path: Path) -> None:
    path = tmp_path / "moves.ts"
    path.write_text(TS, encoding="utf-8")
    assert read_header(path, Dialect()) == ("sequence", "step", "dim_0", "dim_1", "label")
    cells = cells_of(path, numbers=("dim_0", "dim_1", "step"), texts=("label",), group=("sequence",))
    assert cells.frame["sequence"].to_list() == ["0", "0", "0", "1", "1"]
    assert cells.frame["step"].cast(float).to_list() == [0, 1, 2, 0, 1]
    assert cells.frame["dim_0"].cast(float).to_list() == [1, 2, 3, 7, 8]
    assert cells.frame["dim_1"].cast(float).to_list() == [4, 5.5, None, -9, 10]
    assert cells.frame["label"].to_list() == ["stays"] * 3 + ["moves"] * 2
    assert cells.line.tolist() == [10, 10, 10, 11, 11]


def test_a_ts_file_without_labels_has_no_column_for_them(tmp_path: Path) -> None:
    path = tmp_path / "moves.ts"
    path.write_text("@problemName x\n@classLabel false\n@data\n1,2\n3\n", encoding="utf-8")
    assert read_header(path, Dialect()) == ("sequence", "step", "dim_0")
    assert cells_of(path, numbers=("dim_0",)).frame["dim_0"].cast(float).to_list() == [1, 2, 3]


def test_labelled_sequences_come_from_a_ts_file(work: Any, model: Callable[..., Signature], tmp_path: Path) -> None:
    (tmp_path / "moves.ts").write_text(TS.replace("?", "6"), encoding="utf-8")
    section = work.csv_of(
        "moves.ts", layout="sequences", sequence="sequence", order="step", target="label", scale="none", padding=-1.0
    )
    data = work.load(section, model(None, 2, 2, activation="softmax", mask_value=-1.0))
    assert data.classes == ("moves", "stays")
    assert np.asarray(data.train.x).tolist() == [[[1, 4], [2, 5.5], [3, 6]], [[7, -9], [8, 10], [-1, -1]]]
    assert data.train.y.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.arff",
            ARFF.replace("sunny, 85", "snow, 85"),
            "line 9: `out side` is `snow`, which is not a value of its `@attribute`",
        ),
        ("a.arff", ARFF.replace("sunny, 85", "85"), "line 9 has 3 cells, but there are 4 attributes"),
        ("a.arff", ARFF.replace("hot'", "hot"), "line 9 has a quote that is not closed"),
        ("a.arff", ARFF.replace("sunny, 85", "{0 sunny}"), "line 9 is a sparse instance"),
        ("a.arff", ARFF.replace("real", "relational"), "line 4: `temperature` is of type `relational`"),
        ("a.arff", ARFF.replace(" real", ""), "line 4: an attribute has no type"),
        ("a.arff", ARFF.replace("@DATA", ""), "it has no `@data`"),
        ("a.arff", "@data\n1\n", "it has no `@attribute`"),
        ("a.ts", TS.replace("timeStamps false", "timeStamps true"), "has timestamps between its values"),
        ("a.ts", TS.replace("7,8 : -9,1e1", "7,8"), "line 11 has 1 dimensions, but the first sequence has 2"),
        ("a.ts", TS.replace("@data", ""), "line 10 is before `@data`"),
        ("a.ts", TS.split("@data")[0], "it has no `@data`"),
        ("a.ts", TS.split("1,2")[0], "has no sequences after `@data`"),
        ("a.xlsx", "no sheet", "cannot be read as an Excel file"),
    ],
)
def test_a_damaged_file_is_refused_by_its_line(name: str, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        cells_of(tmp_path / name, numbers=("temperature" if name == "a.arff" else "dim_0",))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.name == "unreadable-data"
    assert message in diagnostic.message
    assert diagnostic.help


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "sheet.xlsx"
    times = [datetime(2020, 1, 1, hour) for hour in range(3)]
    pl.DataFrame({"when": times, "v": [1.5, None, -200.0], "k": ["x", "y", "z"]}).write_excel(path)
    return path


def test_the_first_sheet_of_an_excel_file_is_a_table(sheet: Path) -> None:
    assert read_header(sheet, Dialect()) == ("when", "v", "k")
    cells = read_cells((sheet,), ColumnRequest(numbers=("v",), texts=("k",), order=("when",)), ("-200",), 0, Dialect())
    assert cells.frame["v"].to_list() == [1.5, None, None]
    assert cells.frame["k"].to_list() == ["x", "y", "z"]
    assert cells.frame["when"].dtype.is_temporal()
    assert cells.location(1, "v").text == "row 3, column `v` of `sheet.xlsx`"


def test_the_header_of_a_sheet_may_be_below_the_first_row(tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        for row, cells in enumerate([["a title"], [], ["v", "k"], [1, "x"], [2, "y"]]):
            page.write_row(row, 0, cells)
    assert read_header(path, Dialect(header=3)) == ("v", "k")
    cells = read_cells((path,), ColumnRequest(numbers=("v",), texts=("k",)), (), 0, Dialect(header=3))
    assert cells.frame.rows() == [(1, "x"), (2, "y")]
    assert cells.line.tolist() == [4, 5]


def test_a_sheet_without_a_header_has_the_names_of_the_spec(sheet: Path) -> None:
    path = sheet.with_name("bare.xlsx")
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, [1, 2])
    assert read_header(path, Dialect(header="none")) == ("column_1", "column_2")
    assert read_header(path, Dialect(header=("v", "w"))) == ("v", "w")
    with pytest.raises(TableError, match="has 2 columns, but `header` names 1"):
        read_header(path, Dialect(header=("v",)))
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 1, ["v"])
        page.write_row(1, 0, [1, 2])
        page.write_blank(1, 4, None, book.add_format({"bold": True}))
    assert read_header(path, Dialect()) == ("", "v")


def test_without_its_extra_an_excel_file_is_refused_with_the_command_to_run(
    work: Any, model: Callable[..., Signature], sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("fastexcel"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr("polars.read_excel", lambda *_, **__: without("fastexcel"))
    (diagnostic,) = work.diagnostics(work.csv_of(sheet.name, target="v"), model())
    assert diagnostic.name == "missing-extra"
    assert diagnostic.help == ('run `pip install "tdcli[excel]"`',)


def test_times_of_parquet_keep_their_type_where_they_order_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    times = pl.Series([datetime(2020, 1, 1, 9), datetime(2020, 1, 1, 10)]).dt.replace_time_zone("Europe/Rome")
    pl.DataFrame({"t": times, "v": [1, 2]}).write_parquet(path)
    assert cells_of(path, numbers=("v",), order=("t",)).frame["t"].dtype == times.dtype
    assert cells_of(path, numbers=("v",), texts=("t",)).frame["t"].dtype == pl.String

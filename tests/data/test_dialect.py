"""Tables as people save them: in any dialect, with the cells and the line numbers that Python's csv gives."""

import contextlib
import csv
import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.files.reading import read_cells
from tdcli.data.tables.order.ordering import order_rows
from tdcli.sources.core.section import DataDiagnostic
from tdcli.sources.tables.dialect import Dialect
from tdcli.sources.tables.dialect_advice import number_advice
from tdcli.sources.tables.dialect_guess import guess_dialect
from tdcli.sources.tables.formats import read_header
from tdcli.sources.tables.header_columns import diagnose_columns, table_columns
from tdcli.sources.tables.time_columns import TimeColumns
from tdcli.text.errors import SpecError

PLAIN = "t,v,k\n1,0.5,x\n2,1.25,y\n3,-4,z\n"
CELLS = {"v": [0.5, 1.25, -4.0], "k": ["x", "y", "z"]}


def saved(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    data = text.encode() if isinstance(text, str) else text
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def cells_of(
    path: Path, *, numbers: Any = ("v",), texts: Any = ("k",), na: Any = (), skip: int = 0, **keys: Any
) -> Cells:
    return read_cells((path,), ColumnRequest(numbers=numbers, texts=texts), na, skip, Dialect(**keys))


def values(cells: Cells, numbers: tuple[str, ...] = ("v",)) -> dict[str, list[Any]]:
    """Return the columns, numbers as numbers."""
    frame = cells.frame.with_columns(cells.frame[name].cast(float) for name in numbers)
    return frame.to_dict(as_series=False)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (PLAIN, {}),
        (PLAIN.replace(",", ";"), {"separator": ";"}),
        (PLAIN.replace(",", "\t"), {"separator": "\t"}),
        (PLAIN.replace(",", ";").replace(".", ","), {"separator": ";", "decimal": ","}),
        (PLAIN.replace("0.5", '"0,5"').replace("1.25", '"1,25"'), {"decimal": ","}),
        (PLAIN.encode("utf-8-sig"), {}),
        (PLAIN.encode("utf-16"), {}),
        (PLAIN.encode("utf-16-be"), {"encoding": "utf-16-be"}),
        ("\ufeff".encode("utf-16-le") + PLAIN.encode("utf-16-le"), {"encoding": "utf-16-le"}),
        (PLAIN.encode("cp1252"), {"encoding": "cp1252"}),
        (PLAIN.split("\n", 1)[1], {"header": ("t", "v", "k")}),
        (PLAIN.replace("\n", "\r"), {}),
        (PLAIN.replace("\n", "\r\n"), {}),
        (PLAIN.replace("\n", "\r\n", 1).replace("y\n", "y\r"), {}),
        (PLAIN.replace("v", " v "), {}),
        (PLAIN.replace("\n", ",,\n"), {}),
        (PLAIN.replace("\n", ",,\n") + ",,,,\n,,,,\n", {}),
        (PLAIN + "\n\n", {}),
        (PLAIN.rstrip(), {}),
    ],
)  # fmt: skip
def test_a_table_holds_the_same_however_it_is_written(text: str | bytes, keys: dict[str, Any], tmp_path: Path) -> None:
    path = saved(tmp_path, text)
    assert read_header(path, Dialect(**keys))[:3] == ("t", "v", "k")
    cells = cells_of(path, **keys)
    assert values(cells) == CELLS
    assert cells.line.tolist() == ([1, 2, 3] if "header" in keys else [2, 3, 4])


@pytest.mark.parametrize("name", ["t.csv.gz", "t.tsv", "t.tab", "t.tsv.gz", "T.TSV"])
def test_the_ending_tells_compression_and_tabs(name: str, tmp_path: Path) -> None:
    text = PLAIN if ".csv" in name else PLAIN.replace(",", "\t")
    path = saved(tmp_path, text, name)
    assert read_header(path, Dialect()) == ("t", "v", "k")
    assert values(cells_of(path)) == CELLS


@pytest.mark.parametrize(
    ("cell", "keys", "number"),
    [
        ("1,513", {"thousands": ","}, 1513),
        ("12,001,513.25", {"thousands": ","}, 12001513.25),
        ("1.513,5", {"thousands": ".", "decimal": ","}, 1513.5),
        ("1 513", {"thousands": " "}, 1513),
        ("1\u00a0513.5", {"thousands": " "}, 1513.5),
        ("1\u202f513,5", {"thousands": " ", "decimal": ","}, 1513.5),
        ("-1'513", {"thousands": "'"}, -1513),
        ("1\u2019513", {"thousands": "'"}, 1513),
        ("998", {"thousands": ","}, 998),
        (",5", {"decimal": ","}, 0.5),
        ("1,5e3", {"decimal": ","}, 1500),
        ("+2,", {"decimal": ","}, 2),
    ],
)
def test_numbers_are_read_as_the_dialect_writes_them(
    cell: str, keys: dict[str, str], number: float, tmp_path: Path
) -> None:
    path = saved(tmp_path, f"v;k\n{cell};a\n1;b\n")
    assert values(cells_of(path, separator=";", **keys))["v"] == [number, 1]


@pytest.mark.parametrize("cell", ["1,51", "1,5133", ",513", "1,,513", "1.5,000"])
def test_a_number_whose_thousands_are_not_groups_of_three_stays_text(cell: str, tmp_path: Path) -> None:
    path = saved(tmp_path, f"v;k\n{cell};a\n")
    assert cells_of(path, separator=";", thousands=",").frame["v"].to_list() == [cell]


def test_a_point_is_refused_where_decimals_have_commas(tmp_path: Path) -> None:
    path = saved(tmp_path, "v;k\n1,5;a\n2.5;b\n")
    with pytest.raises(SpecError) as caught:
        cells_of(path, separator=";", decimal=",")
    (diagnostic,) = caught.value.diagnostics
    assert (
        diagnostic.message
        == "line 3, column `v` of `table.csv` contains `2.5`, which has a point instead of a decimal comma"
    )
    assert diagnostic.help == ('write `decimal: "."`, or correct the cell',)
    assert cells_of(path, separator=";", decimal=",", na=("2.5",)).frame["v"].to_list() == ["1.5", None]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = 'a report\n\n# of "things\nv,k\n# here\n1,"x\ny"\n\n2,z\n#,#\n3,"#"\n'
    cells = cells_of(saved(tmp_path, text), header=3, comment="#")
    assert values(cells) == {"v": [1, 2, 3], "k": ["x\ny", "z", "#"]}
    assert cells.line.tolist() == [6, 9, 11]
    assert cells.location(2, "v").text == "line 11, column `v` of `table.csv`"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_lines_are_counted_through_line_breaks_in_quotes(ending: str, name: str, tmp_path: Path) -> None:
    text = 'v,"a\nb"\n1,"x\ny"\n2,z\n3,"\n\n"\n4,u\n'.replace("\n", ending)
    cells = cells_of(saved(tmp_path, text, name), texts=())
    assert cells.line.tolist() == [3, 5, 6, 9]


def test_rows_are_skipped_below_the_header(tmp_path: Path) -> None:
    cells = cells_of(saved(tmp_path, "title\nv,k\nm,\ns,\n1,a\n2,b\n"), header=2, skip=2)
    assert values(cells)["v"] == [1, 2]
    assert cells.line.tolist() == [5, 6]


def test_a_quote_within_a_cell_is_a_part_of_it(tmp_path: Path) -> None:
    text = 'v,k\n1,5" pipe\n2,b\n3,7" pipe\n4,d\n'
    cells = cells_of(saved(tmp_path, text))
    assert cells.frame["k"].to_list() == [row[1] for row in csv.reader(io.StringIO(text))][1:]
    assert cells.line.tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (",v,k", ("", "v", "k")),
        ("v,,k", ("v", "", "k")),
        ("v,,k,", ("v", "column_2", "k", "column_4")),
        (",v,,k", ("column_1", "v", "column_3", "k")),
    ],
)
def test_columns_without_a_name_have_an_empty_one_or_are_called_by_their_places(
    header: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    path = saved(tmp_path, header + "\n" + ",".join("1" * len(names)) + "\n")
    assert read_header(path, Dialect()) == names


def test_a_cell_under_no_name_far_down_is_refused_by_its_line(tmp_path: Path) -> None:
    path = saved(tmp_path, "v,k,\n" + "1,a,\n" * 300 + "1,a,9\n")
    with pytest.raises(SpecError, match=r"line 302 of `.*` has a value in a column without a name"):
        cells_of(path)


def test_a_file_of_the_uci_archive_is_read(tmp_path: Path) -> None:
    """As AirQualityUCI.csv is: semicolons, decimal commas, lines that end with `;;`, empty rows, -200 for nothing."""
    rows = ["10/03/2004;18.00.00;2,6;1360;;", "10/03/2004;19.00.00;-200;1292;;", "10/03/2004;20.00.00;2,2;-200,0;;"]
    path = saved(tmp_path, "\r\n".join(["Date;Time;CO(GT);PT08.S1(CO);;", *rows, *[";;;;;"] * 114, ""]))
    assert guess_dialect(path).keys() == {"separator": ";", "decimal": ","}
    numbers = ("CO(GT)", "PT08.S1(CO)")
    cells = cells_of(path, numbers=numbers, texts=("Date", "Time"), na=("-200",), separator=";", decimal=",")
    assert values(cells, numbers) == {
        "CO(GT)": [2.6, None, 2.2],
        "PT08.S1(CO)": [1360, 1292, None],
        "Date": ["10/03/2004"] * 3,
        "Time": ["18.00.00", "19.00.00", "20.00.00"],
    }


@pytest.mark.parametrize("mark", ["-200", "-200.0", " -2e2"])
@pytest.mark.parametrize("broken", ["5", "low"])
def test_marks_of_missing_cells_match_numbers_however_they_are_written(mark: str, broken: str, tmp_path: Path) -> None:
    path = saved(tmp_path, f"v,k\n-200,-200\n-200.0,-200.0\n -200,-2\n{broken},x\n")
    frame = cells_of(path, na=(mark,)).frame
    assert frame["v"].is_null().to_list() == [True, True, True, False]
    assert frame["k"].is_null().to_list()[1:] == [mark == "-200.0", False, False]  # a text is compared as a text


def test_a_file_that_is_compressed_by_name_alone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_text(PLAIN, encoding="utf-8")
    diagnostic = table_columns(tmp_path / "t.csv.gz", ("path",), Dialect())
    assert isinstance(diagnostic, DataDiagnostic)
    assert diagnostic.help == ("remove `.gz` from its name, or compress it",)


def test_a_compressed_file_that_ends_early_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(PLAIN.encode() * 99)[:-20])
    with pytest.raises(SpecError, match=r"t.csv.gz` cannot be read as a CSV file: Compressed file ended"):
        cells_of(path)


@pytest.mark.parametrize("whole", [False, True])
def test_a_table_without_quotes_is_not_read_as_a_whole(
    whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way of long tables, which must not be left unnoticed: a text is read as a whole where it has to be alone."""
    monkeypatch.setattr("tdcli.data.tables.files.from_csv.normalize_text", lambda *_: pytest.fail("read as a whole"))
    path = saved(tmp_path, PLAIN + ("# end\n" if whole else ""))
    if whole:
        with pytest.raises(pytest.fail.Exception):
            cells_of(path, comment="#")
    else:
        assert values(cells_of(path)) == CELLS


TEXT = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Zs"]), min_size=1, max_size=6).filter(
    lambda text: not text.startswith(("#", '"')) and text.strip() == text
)
NUMBER = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal = draw(st.sampled_from([".", ","]))
    return Dialect(
        separator=draw(st.sampled_from([None, ";", "\t", "|", ","])),
        decimal=decimal,
        thousands=draw(st.sampled_from([None, " ", "'", "." if decimal == "," else ","])),
        encoding=draw(st.sampled_from([None, "cp1252", "utf-16", "utf-8-sig", "utf-16-le"])),
        comment=draw(st.sampled_from([None, "#"])),
        header=draw(st.sampled_from([1, 3, "none", ("v", "k", "w")])),
    )


def number_text(value: float, dialect: Dialect) -> str:
    grouped = f"{value:,.3f}" if dialect.thousands else f"{value:.3f}"
    marks = {",": dialect.thousands or "", ".": dialect.decimal}
    return "".join(marks.get(each, each) for each in grouped)


@settings(max_examples=150, deadline=None)
@given(
    dialect=dialects(),
    rows=st.lists(st.tuples(NUMBER, TEXT, NUMBER), min_size=1, max_size=8),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    compressed=st.booleans(),
    data=st.data(),
)
def test_a_table_in_any_dialect_is_read_back(
    dialect: Dialect,
    rows: list[tuple[float, str, float]],
    ending: str,
    compressed: bool,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.separator or ",", lineterminator=ending)
    if dialect.header == 3:
        out.write(f"a title{ending}{ending}")
    if isinstance(dialect.header, int):
        writer.writerow(["v", "k", "w"])
    lines = []
    for value, text, other in rows:
        if dialect.comment and data.draw(st.booleans()):
            out.write(f'# a "comment{ending}')
        lines.append(out.getvalue().count(ending) + 1)
        writer.writerow([number_text(value, dialect), text, number_text(other, dialect)])
    path = tmp_path_factory.mktemp("dialect") / ("t.csv.gz" if compressed else "t.csv")
    saved(path.parent, out.getvalue().encode(dialect.encoding or "utf-8"), path.name)
    names = ("v", "k", "w") if dialect.header != "none" else ("column_1", "column_2", "column_3")
    assert read_header(path, dialect) == names
    cells = read_cells((path,), ColumnRequest(numbers=(names[0], names[2]), texts=(names[1],)), (), 0, dialect)
    assert cells.line.tolist() == lines
    found = cells.frame.with_columns(cells.frame[names[0]].cast(float), cells.frame[names[2]].cast(float))
    assert found.select(names).rows() == rows


@settings(max_examples=100, deadline=None)
@given(
    separator=st.sampled_from([",", ";", "\t", "|"]),
    decimal=st.sampled_from([".", ","]),
    rows=st.lists(st.tuples(NUMBER, TEXT, NUMBER), min_size=4, max_size=12),
    titles=st.integers(0, 3),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
    units=st.booleans(),
)
def test_the_dialect_of_a_table_is_guessed(
    separator: str,
    decimal: str,
    rows: list[tuple[float, str, float]],
    titles: int,
    encoding: str,
    units: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    out = io.StringIO()
    out.write("A station somewhere\n" * titles)
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["value", "kind", "other"])
    writer.writerows([["mm", "", "km/h"]] if units else [])
    dialect = Dialect(separator, decimal)
    writer.writerows([number_text(value, dialect), text, number_text(other, dialect)] for value, text, other in rows)
    path = saved(tmp_path_factory.mktemp("guess"), out.getvalue().encode(encoding))
    guess = guess_dialect(path)
    expected: dict[str, Any] = {"separator": separator} if separator != "," else {}
    expected |= {"decimal": decimal} if decimal != "." else {}
    expected |= {"header": titles + 1} if titles else {}
    expected |= {"skip": 1} if units else {}
    assert guess.keys() == expected
    cells = read_cells((path,), ColumnRequest(numbers=("value",)), (), guess.skip, guess.dialect)
    assert np.allclose(cells.frame["value"].cast(float), [row[0] for row in rows])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (PLAIN, {}),
        ("v\n1\n2\n", {}),
        ("date,1990,1991,1992\na,1,2,3\nb,2,3,4\n", {}),
        ("1990-01-01,1\n1990-01-02,2\n1990-01-03,4\n", {"header": "none"}),
        ("1,2\n3,4\n", {"header": "none"}),
        ("# t v\n# more\n1,2\n3,4\n", {"comment": "#", "header": "none"}),
        ("# t,v\n1,2\n3,4\n", {}),
        ("v;w\n12,345;1\n13,456;2\n", {"separator": ";", "decimal": ","}),
        ('v,w\n"12,345",1\n"13,456",2\n', {"thousands": ","}),
        ("v,w\nNA,1\n2,3\n4,5\n", {}),
        ("v\tw\n1\t2\n", {"separator": "\t"}),
        ("v w\n1 2\n3 4.5\n", {"separator": " "}),
        ("t\n2010-01-01 00:00\n2010-01-01 01:00\n", {}),
        ("place,of,1960,1961,1962\nAruba,x,4.8,4.7,4.5\nAndorra,x,,,1.2\n", {}),
        ('k,v\n"a;b",1\n"c;d",2\n', {}),
        ("Größe,v\n1,2\n".encode("cp1252"), {"encoding": "cp1252"}),
        (b"\x81,v\n1,2\n", {"encoding": "latin-1"}),
        ("", {}),
        ("\n\n", {}),
    ],
)
def test_a_guess_says_no_more_than_is_needed(text: str | bytes, keys: dict[str, Any], tmp_path: Path) -> None:
    assert guess_dialect(saved(tmp_path, text)).keys() == keys


CHARACTERS = [*"ab1,;\t\"'\n\r# %\0é:?{\\\ufeff", "-2,5", "1.5"]
PIECES = st.sampled_from([*CHARACTERS, "@data\n", "@attribute a real\n", "@classLabel true x\n"])


@settings(max_examples=400, deadline=None)
@given(
    text=st.lists(PIECES, min_size=1, max_size=30).map("".join),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16", "utf-16-le"]),
    name=st.sampled_from(["t.csv", "t.tsv", "t.csv.gz", "t.arff", "t.ts"]),
    zipped=st.booleans(),
    dialect=dialects(),
)
def test_whatever_a_file_holds_it_is_read_or_refused(
    text: str,
    encoding: str,
    name: str,
    zipped: bool,
    dialect: Dialect,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    data = text.encode(encoding, errors="replace")
    path.write_bytes(gzip.compress(data)[: -1 if zipped else None] if name.endswith("gz") else data)
    columns = table_columns(path, ("path",), dialect)
    if isinstance(columns, DataDiagnostic):
        assert columns.name == "unreadable-data"
        return
    diagnose_columns({("target",): "none of these"}, columns, path, dialect)
    with contextlib.suppress(SpecError):
        cells = read_cells((path,), ColumnRequest(numbers=columns[:1], texts=columns[1:]), ("-2,5",), 0, dialect)
        assert cells.frame.columns == list(columns)
        assert (np.diff(cells.line) >= 0).all()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("t,v,k\n1,1,0.5,x\n2,2,1.25,y\n3,3,-4,z\n", {}),
        ('"t";"v";"k"\n"7";1;0,5;"x"\n"8";2;1,25;"y"\n"9";3;-4;"z"\n', {"separator": ";", "decimal": ","}),
    ],
)
def test_row_numbers_as_r_writes_them_have_no_name(text: str, keys: dict[str, Any], tmp_path: Path) -> None:
    path = saved(tmp_path, text)
    assert guess_dialect(path).keys() == keys
    assert table_columns(path, ("path",), Dialect(**keys)) == ("", "t", "v", "k")
    assert values(cells_of(path, **keys)) == CELLS


@pytest.mark.parametrize("cell", ["$0.5", "5%", "1 200 kW", "€ 3", "\u22125", "(7)"])
def test_a_number_with_a_sign_is_to_be_written_without(cell: str, tmp_path: Path) -> None:
    path = saved(tmp_path, f"k,v\na,{cell}\n" * 9)
    (help,) = (each for each in number_advice(cell.replace("1 200", "1200"), 2, path, Dialect(), 0) if "number" in each)
    assert help == "if it is a number: write it in the file without a currency, a percent sign or a unit"
    assert not number_advice("0x5", 2, path, Dialect(), 0)


@pytest.mark.parametrize("unit", ["", "UTC"])
def test_a_unit_in_a_column_of_times_is_to_be_skipped(unit: str, tmp_path: Path) -> None:
    path = saved(tmp_path, f"day,v\n{unit},mm\n" + "".join(f"2020-01-{day},{day}\n" for day in range(10, 30)))
    wanted = ColumnRequest(numbers=("v",), time=TimeColumns(columns=("day",)))
    with pytest.raises(SpecError) as caught:
        order_rows(read_cells((path,), wanted, (), 0, Dialect()))
    assert caught.value.diagnostics[0].help[0] == "if it is a unit: `skip: 1`"


@pytest.mark.parametrize("text", ["year,v\n2001,1,5\n2002,2,5\n", "k,v\na,1,5\n", "k,v\n1,2,\n2,3,\n", "v\n1,5\n2,5\n"])
def test_decimal_commas_are_not_a_column_without_a_name(text: str, tmp_path: Path) -> None:
    assert "" not in table_columns(saved(tmp_path, text), ("path",), Dialect())  # type: ignore[operator]


@pytest.mark.parametrize(("names", "keys"), [("t;v;k\n", {"header": 2}), ("", {"header": "none", "skip": 1})])
def test_the_line_that_tells_excel_the_separator_is_not_a_header(
    names: str, keys: dict[str, Any], tmp_path: Path
) -> None:
    rows = "1;0,5;x\n2;1,25;y\n3;-4;z\n"
    assert guess_dialect(saved(tmp_path, f"sep=;\n{names}{rows}")).keys() == {"separator": ";", "decimal": ",", **keys}


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
@pytest.mark.parametrize("end", ['4,x\n5,"', '4,x\n"', '"'])
def test_a_quote_that_opens_at_the_end_of_a_file_stops_nothing(
    end: str, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, "k,v\n1,2\n" + end, name)
    with contextlib.suppress(SpecError):
        read_cells((path,), ColumnRequest(numbers=("k", "v"), texts=()), (), 0, Dialect())
    assert "panicked" not in capfd.readouterr().err


def test_a_table_ordered_by_whole_numbers_is_not_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tdcli.data.tables.files.from_csv.normalize_text", lambda *_: pytest.fail("read as a whole"))
    path = saved(tmp_path, "t,v\n1,-200\n-200,2\n3,4\n")
    frame = read_cells((path,), ColumnRequest(numbers=("v",), order=("t",)), ("-200.0",), 0).frame
    assert frame.rows() == [(1, None), (None, 2.0), (3, 4.0)]
    assert frame["t"].dtype.is_integer()

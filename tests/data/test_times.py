"""Times of a table, as people write them, against dates written out by hand."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import LoadRequest, load
from tdcli.data.times.frequency import infer_frequency, spacing_of
from tdcli.data.times.parsing import parse, read_texts
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.split import Split
from tdcli.sources.tables.time_formats import formats_of
from tdcli.text.errors import SpecError

FIELD = Path(__file__).parent / "field"


def rmse(part: Part) -> float:
    error = part.y.astype(np.float64) - part.origin
    return float(np.sqrt((error**2).mean()))


PARTS = {"validation": 0.15, "test": 0.2}


def field(
    name: str, model: Callable[..., Signature], timesteps: int = 6, split: dict[str, float] = PARTS, **keys: Any
) -> Dataset:
    """Load a file of `tests/data/field` for a forecast of one row."""
    section = read_data_section({"source": "csv", "path": name, **keys})
    return load(section, LoadRequest(FIELD, model(timesteps=timesteps), Split(**split), 0))


def persistence(values: Any, rows: Iterable[int]) -> float:
    """Return the error of `as on the row before`, of these rows."""
    return float(np.sqrt(np.mean([(values[row] - values[row - 1]) ** 2 for row in rows])))


@pytest.mark.parametrize("key", ["order", "time"])
def test_days_before_months_are_ordered_by_date(model: Callable[..., Signature], key: str) -> None:
    data = field("days_and_months.csv", model, **{key: ("Date",)}, features=("T",), target="T")
    values = pl.read_csv(FIELD / "days_and_months.csv")["T"].to_list()  # the file is in order
    rows = round(0.2 * len(values))
    assert rmse(data.test) == pytest.approx(persistence(values, range(len(values) - rows, len(values))), rel=1e-6)
    assert rmse(data.train) == pytest.approx(3.7, abs=0.2)
    assert data.test.times.texts()[-1, 0] == "2005-04-04"


@pytest.mark.parametrize("path", ["end_of_summer_time.csv", "end_of_summer_time.parquet"])
def test_the_hour_that_occurs_twice_is_ordered_by_its_offset(model: Callable[..., Signature], path: str) -> None:
    data = field(path, model, order="time", features=("load",), target="load", split={})
    values = pl.read_csv(FIELD / "end_of_summer_time.csv")["load"].to_list()
    assert rmse(data.train) == pytest.approx(
        persistence(values, range(6, len(values))), rel=1e-3
    )  # Parquet holds more digits
    assert data.train.index[0] == (8 if path.endswith("csv") else 7)


def test_dates_written_as_numbers_are_a_week_apart(model: Callable[..., Signature]) -> None:
    keys = {"order": "date", "features": ("co2",), "target": "co2", "missing": "forward-fill"}
    data = field("compact_dates.csv", model, **keys)
    assert data.test.times.texts()[-1, 0] == "1963-12-14"
    assert data.test.times.table.frequency.name == "7 days"


def test_all_groups_are_cut_at_one_date(model: Callable[..., Signature]) -> None:
    keys = {"time": "date", "group": "store", "features": ("y",), "target": "y"}
    data = field("two_stores.csv", model, timesteps=7, **keys)
    train, test = (part.times.texts().ravel() for part in (data.train, data.test))
    assert train.max() < data.validation.times.texts().min() <= data.validation.times.texts().max() < test.min()
    assert set(data.test.keys["store"]) == {"old", "new"}


def test_each_group_may_be_cut_by_itself(model: Callable[..., Signature]) -> None:
    keys = {"time": "date", "group": "store", "features": ("y",), "target": "y"}
    data = field("two_stores.csv", model, timesteps=7, split={"test": 0.2, "each_group": True}, **keys)
    last = {name: data.train.times.texts()[data.train.keys["store"] == name].max() for name in ("old", "new")}
    assert last["old"] != last["new"]


def test_a_part_may_begin_at_a_date(model: Callable[..., Signature]) -> None:
    keys = {"time": "date", "group": "store", "features": ("y",), "target": "y"}
    split = {"validation": "2018-05", "test": "2018-06-17"}
    data = field("two_stores.csv", model, timesteps=7, split=split, **keys)
    assert data.test.times.texts().min() == "2018-06-17"
    assert data.validation.times.texts().min() == "2018-05-01"
    assert data.train.times.texts().max() == "2018-04-30"


def test_a_date_needs_a_column_that_tells_the_time(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("v\n1\n2\n3\n4\n", target="v")
    with pytest.raises(SpecError, match="but the table has no column of times"):
        work.load(section, model(), test="2018-06-17")


def test_no_forecast_of_a_walk_is_better_than_its_last_measured_value(model: Callable[..., Signature]) -> None:
    """Half of the cells of a unit random walk are empty: two steps lie between measured ones, sqrt(2) is the floor."""
    keys = {"time": "time", "features": ("x",), "target": "x", "target_change": True, "missing": "interpolate"}
    data = field("every_other_cell.csv", model, split={}, **keys)
    assert rmse(data.train) == pytest.approx(np.sqrt(2), rel=0.1)
    assert "skipped 397 of 795 windows because their target is missing" in data.notes


@pytest.mark.parametrize(
    ("texts", "moments"),
    [
        (["13/03/2004", "3/04/2004"], [datetime(2004, 3, 13), datetime(2004, 4, 3)]),
        (["3/13/2004 9:05", "12/1/2004 23:50"], [datetime(2004, 3, 13, 9, 5), datetime(2004, 12, 1, 23, 50)]),
        (["2004-3-1 1:05 PM", "2004-3-1 12:05 a.m."], [datetime(2004, 3, 1, 13, 5), datetime(2004, 3, 1, 0, 5)]),
        (["1749-01", "1749-02"], [datetime(1749, 1, 1), datetime(1749, 2, 1)]),
        (["1977-Jan", "1977-Feb"], [datetime(1977, 1, 1), datetime(1977, 2, 1)]),
        (["1991 Jul", "1991 Aug"], [datetime(1991, 7, 1), datetime(1991, 8, 1)]),
        (["1970 Q1", "1970 Q4"], [datetime(1970, 1, 1), datetime(1970, 10, 1)]),
        (["Jan 1 2000", "Feb 1 2000"], [datetime(2000, 1, 1), datetime(2000, 2, 1)]),
        (["01JAN2000", "15JAN2000"], [datetime(2000, 1, 1), datetime(2000, 1, 15)]),
        (["2004-01-01", "2004-01-01 01:00:00.5"], [datetime(2004, 1, 1), datetime(2004, 1, 1, 1, 0, 0, 500_000)]),
        (["2004-01-01 23:00", "2004-01-01 24:00"], [datetime(2004, 1, 1, 23), datetime(2004, 1, 2)]),
        (["2010-W01", "2010-W02"], [datetime(2010, 1, 4), datetime(2010, 1, 11)]),
        (["5", "banana"], None),
        (["31/02/2004", "13/03/2004"], None),
        (["1-Jan-99", "2-Jan-99"], None),
    ],
)
def test_texts_are_read_as_the_moments_that_they_name(texts: list[str], moments: list[datetime] | None) -> None:
    found = read_texts(pl.Series(texts))
    assert (found.moments.to_list() == moments) if moments else (found.failed == 0)


def table(work: Any, *times: str, header: str = "t") -> DataSection:
    rows = [f"{time},{place}" for place, time in enumerate(times)]
    return work.csv("\n".join([f"{header},v", *rows]) + "\n", target="v", time=tuple(header.split(",")), scale="none")


def order(work: Any, model: Callable[..., Signature], section: DataSection) -> list[int]:
    data = work.load(section, model())
    return [*np.asarray(data.train.x)[:, 0, 0].astype(int), int(data.train.y[-1, 0])]


@pytest.mark.parametrize(
    ("header", "times"),
    [
        ("year,month,day,hour", ["2010,10,2,3", "2010,9,30,23", "2011,1,1,0"]),
        ("Year,Quarter", ["1990,4", "1990,1", "1991,1"]),
        ("y,quarter", ["1990,4", "1990,1", "1991,1"]),
        ("Jahr,Q", ["1990,4", "1990,1", "1991,1"]),
        ("y,week", ["1990,14", "1990,1", "1991,1"]),
        ("month,day,year", ["10,1,2010", "9,10,2010", "11,2,2010"]),
        ("year,day,month", ["2010,1,10", "2010,10,9", "2010,2,11"]),
        ("yr,mon", ["1990,Oct", "1990,Sep", "1991,Jan"]),
        ("Date,Time", ["10/03/2004,18.00.00", "10/03/2004,9.00.00", "13/03/2004,00.00.00"]),
        ("Date,HHMM", ["2004-03-10,1800", "2004-03-10,30", "2004-03-11,0"]),
        ("t", ["1262307600", "1262304000", "1262311200"]),
        ("t", ["1972", "1971", "1973"]),
        ("t", ["2022-10-30T02:50:00+02:00", "2022-10-30T02:40:00+02:00", "2022-10-30T02:00:00+01:00"]),
    ],
)
def test_columns_that_make_a_time_together_order_the_rows(
    work: Any, model: Callable[..., Signature], header: str, times: list[str]
) -> None:
    assert order(work, model, table(work, *times, header=header)) == [1, 0, 2]


def test_local_times_of_a_zone_keep_the_hour_that_occurs_twice_in_the_files_order(
    work: Any, model: Callable[..., Signature]
) -> None:
    times = ["2022-10-30 01:30", "2022-10-30 02:00", "2022-10-30 02:30", "2022-10-30 02:00", "2022-10-30 02:30"]
    rows = "".join(f"{time},{place}\n" for place, time in enumerate([*times, "2022-10-30 03:00"]))
    keys = {"time": {"columns": "t", "zone": "Europe/Rome"}, "target": "v", "scale": "none"}
    section = work.csv(f"t,v\n{rows}", **keys)
    data = work.load(section, model())
    assert np.asarray(data.train.x)[:, 0, 0].tolist() == [0, 1, 2, 3, 4]
    assert data.train.times.texts().ravel().tolist() == [
        "2022-10-30 02:00+02:00", "2022-10-30 02:30+02:00", "2022-10-30 02:00+01:00", "2022-10-30 02:30+01:00",
        "2022-10-30 03:00+01:00",
    ]  # fmt: skip


def test_a_clock_that_was_put_back_leaves_the_files_order(work: Any, model: Callable[..., Signature]) -> None:
    times = [f"2022-10-30 0{hour}:{minute:02}" for hour in (0, 1, 2, 2, 3, 4) for minute in (0, 20, 40)]
    data = work.load(table(work, *times), model())
    assert np.asarray(data.train.x)[:, 0, 0].tolist() == list(range(len(times) - 1))
    assert any("zone" in note for note in data.notes)


@pytest.mark.parametrize(
    ("times", "name", "message"),
    [
        (["11/03/2004", "12/03/2004"], "ambiguous-time", "could be 11 March 2004 or 3 November 2004"),
        (["1-Jan-99", "2-Jan-99"], "not-a-time", "the year of `1-Jan-99` on line 2, column `t` of `table.csv` has two"),
        (["2004-01-01", "soon"], "not-a-time", "`soon` on line 3, column `t` of `table.csv` is not a time"),
        (["0.5", "0.7"], "not-a-time", "`0.5` on line 2, column `t` of `table.csv` is not a time"),
        (["2004-01-01", "2004-02-30"], "not-a-time", "`2004-02-30` on line 3"),
    ],
)
def test_what_is_not_one_moment_is_refused_by_its_cell(
    work: Any, model: Callable[..., Signature], times: list[str], name: str, message: str
) -> None:
    with pytest.raises(SpecError) as caught:
        work.load(table(work, *times), model())
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.name, message in diagnostic.message) == (name, True), diagnostic.message


@pytest.mark.parametrize("format", ["%d/%m/%Y", "%m/%d/%Y"])
def test_a_format_decides_what_no_cell_does(work: Any, model: Callable[..., Signature], format: str) -> None:
    keys = {"time": {"columns": "t", "format": format}, "order": "t", "target": "v", "scale": "none"}
    data = work.load(work.csv("t,v\n11/03/2004,0\n10/04/2004,1\n12/05/2004,2\n", **keys), model())
    first = "2004-04-10" if format.startswith("%d") else "2004-11-03"
    assert data.train.times.texts()[0, 0] == first


def test_another_file_is_read_in_the_format_of_the_training_data(work: Any, model: Callable[..., Signature]) -> None:
    section = table(work, "11/03/2004", "12/03/2004", "13/03/2004")
    learnt = work.load(section, model()).fitted
    path = work.write("new.csv", "t,v\n04/05/2004,1\n03/05/2004,2\n05/05/2004,3\n")
    part = work.load_file(section, path, model(), learnt)
    assert part.times.texts().ravel().tolist() == ["2004-05-04", "2004-05-05"]


@pytest.mark.parametrize("texts", [["b", "a", "c"], ["x10", "x9", "x1"]])
def test_texts_that_sorting_would_move_are_refused_as_an_order(
    work: Any, model: Callable[..., Signature], texts: list[str]
) -> None:
    rows = "".join(f"{text},{place}\n" for place, text in enumerate(texts))
    with pytest.raises(SpecError, match="neither a number nor a time"):
        work.load(work.csv(f"t,v\n{rows}", order="t", target="v"), model())


def test_a_text_before_a_counter_is_called_a_group(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("page,day,v\nhome,1,1\nhome,2,2\nshop,1,3\n", order=("page", "day"), target="v")
    with pytest.raises(SpecError) as caught:
        work.load(section, model())
    assert caught.value.diagnostics[0].help == ("write `group: page` and `order: day`",)


@pytest.mark.parametrize(
    ("moments", "name", "irregular", "missing"),
    [
        (pl.datetime_range(datetime(2020, 1, 1), datetime(2020, 1, 2), "1h", eager=True), "1 hour", 0, 0),
        (pl.date_range(datetime(2020, 1, 31), datetime(2021, 1, 31), "1mo", eager=True), "1 month", 0, 0),
        (pl.date_range(datetime(2000, 1, 1), datetime(2030, 1, 1), "1y", eager=True), "1 year", 0, 0),
        (
            pl.date_range(datetime(2020, 1, 1), datetime(2020, 3, 1), "1d", eager=True).filter(
                pl.date_range(datetime(2020, 1, 1), datetime(2020, 3, 1), "1d", eager=True).dt.weekday() < 6
            ),
            "1 business day",
            0,
            0,
        ),
        (pl.Series([1.0, 2, 3, 7]), "1", 1, 3),
        (pl.Series([datetime(2020, 1, 1, 0, 0, 3), datetime(2020, 1, 1, 0, 1), datetime(2020, 1, 1, 0, 2, 2)]),
         "57 seconds", 0, 0),
    ],
)  # fmt: skip
def test_the_frequency_is_that_of_the_calendar(moments: pl.Series, name: str, irregular: int, missing: int) -> None:
    groups = np.zeros(len(moments), int)
    moments = moments.cast(pl.Datetime("us")) if moments.dtype.is_temporal() else moments
    frequency = infer_frequency(moments, groups)
    spacing = spacing_of(moments, groups, frequency)
    assert (frequency.name, spacing.irregular, spacing.missing) == (name, irregular, missing)


def hours(*numbers: int) -> str:
    return "".join(f"2020-01-01 {hour:02}:00,{hour}\n" for hour in numbers)


def test_windows_end_where_more_rows_are_missing_than_max_gap(work: Any, model: Callable[..., Signature]) -> None:
    text = "t,v\n" + hours(0, 1, 2, 5, 6, 8, 9)
    starts = {}
    for gap in (None, 0, 1, 2):
        section = work.csv(text, time="t", target="v", max_gap=gap, scale="none")
        starts[gap] = np.asarray(work.load(section, model()).train.x)[:, 0, 0].astype(int).tolist()
    assert starts == {None: [0, 1, 2, 5, 6, 8], 0: [0, 1, 5, 8], 1: [0, 1, 5, 6, 8], 2: [0, 1, 2, 5, 6, 8]}


def test_missing_rows_are_inserted_on_the_regular_grid_and_never_scored(
    work: Any, model: Callable[..., Signature]
) -> None:
    keys = {"time": "t", "target": "v", "missing_rows": "insert", "missing": "forward-fill", "scale": "none"}
    data = work.load(work.csv("t,v\n" + hours(0, 1, 2, 5, 6), **keys), model(timesteps=2))
    assert np.asarray(data.train.x)[..., 0].tolist() == [[0, 1], [2, 2], [2, 5]]
    assert data.train.y.ravel().tolist() == [2, 5, 6]
    assert data.train.times.texts()[1:].ravel().tolist() == ["2020-01-01 05:00", "2020-01-01 06:00"]
    assert data.notes[0] == "inserted 2 missing rows, so that there is a row every 1 hour"


def test_an_inserted_row_without_a_policy_is_named(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("t,v\n" + hours(0, 1, 4, 5), time="t", target="v", missing_rows="insert")
    with pytest.raises(SpecError, match="the row inserted after line 3, column `v` of `table"):
        work.load(section, model())


def test_times_behind_the_end_go_on_along_the_calendar(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("t,v\n2020-01-31,1\n2020-02-29,2\n2020-03-31,3\n2020-04-30,4\n", time="t", target="v")
    learnt = work.load(section, model()).fitted
    part = work.load_file(section, work.folder / "table.csv", model(), learnt, future=True)
    assert part.times.texts()[-1, 0] == "2020-05-31"


def test_several_columns_may_name_a_group(work: Any, model: Callable[..., Signature]) -> None:
    text = "s,i,v\n" + "".join(f"{store},{item},{row}\n" for store in "ab" for item in "xy" for row in range(3))
    section = work.csv(text, group=("s", "i"), target="v", scale="none")
    data = work.load(section, model(timesteps=2))
    assert [*zip(data.train.keys["s"], data.train.keys["i"], strict=True)] == [*map(tuple, ("ax", "ay", "bx", "by"))]


def test_formats_of_a_text_know_the_usual_spellings() -> None:
    known = ["2010-01-31", "31/12/2010 23:59", "Dec 31, 2010", "20101231", "2010-12-31T23:59:59.999Z", "1990q3"]
    assert all(formats_of(text) for text in known)
    assert not any(map(formats_of, ["12", "1.5", "A1", "2010-13-99-7", "", "12:30"]))


def test_a_year_before_christ_is_not_a_time() -> None:
    assert read_texts(pl.Series(["0600-01-01", "-601-02-03"])).failed is not None
    assert parse(pl.Series(["0001-01-01", "2000-01-01"]).str.replace("0001", "-601"), "%Y-%m-%d").to_list() == [
        None,
        datetime(2000, 1, 1),
    ]


def test_hours_from_1_to_24_end_at_midnight() -> None:
    found = read_texts(pl.Series(["2020-1-1 23", "2020-1-1 24", "2020-1-2 1"]))
    assert found.moments.to_list() == [datetime(2020, 1, 1, 23), datetime(2020, 1, 2), datetime(2020, 1, 2, 1)]


@pytest.mark.parametrize(
    ("times", "rows"),
    [
        (["2012-12-12 01:44", "2012-12-12 02:14", "2012-12-12 01:44"], [0, 2]),  # no clock is put back in December
        (["2022-10-30 01:44", "2022-10-30 02:14", "2022-10-30 01:44"], [0, 2]),  # nor within an hour
        (["2022-10-30 02:00", "2022-10-30 02:30", "2022-10-30 02:00"], [0, 2]),  # one row is no hour
        (["2012-04-26 00:42", *["2012-04-26 00:12"] * 2, "2012-04-26 00:42"], [1, 2, 0]),  # it was not written before
    ],
)
def test_rows_that_a_clock_does_not_explain_are_sorted(
    work: Any, model: Callable[..., Signature], times: list[str], rows: list[int]
) -> None:
    data = work.load(table(work, *times), model())
    assert np.asarray(data.train.x)[:, 0, 0].tolist() == rows

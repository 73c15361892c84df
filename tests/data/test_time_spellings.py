"""Times in spellings that are met now and then, against dates written out by hand."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from tdcli.data.tables.order.time_columns import join_time_columns
from tdcli.data.times.parsing import read_format, read_texts
from tdcli.signature import Signature
from tdcli.sources.tables.time_columns import TimeColumns
from tdcli.text.errors import SpecError


def moments_of(*texts: str) -> list[datetime] | None:
    found = read_texts(pl.Series(texts))
    return found.moments.to_list() if found.failed is None else None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2004-03-01 24", datetime(2004, 3, 2)),
        ("2004-03-01T24:00:00", datetime(2004, 3, 2)),
        ("24.02.2004 24:00", datetime(2004, 2, 25)),
        ("2004-02-29 24", datetime(2004, 3, 1)),
        ("2004-03-01 24:30", None),
        ("24.13.2004 05", None),
    ],
)
def test_hour_24_is_the_next_midnight(text: str, moment: datetime | None) -> None:
    assert moments_of(text) == (moment and [moment])


def test_hours_from_1_to_24_are_those_of_one_day() -> None:
    hours = pl.DataFrame({"Date": ["2004-03-01"] * 24, "Hour": range(1, 25)})
    found = read_texts(join_time_columns(hours))
    assert found.moments.dt.epoch("s").diff().drop_nulls().unique().to_list() == [3600]
    assert found.moments[-1] == datetime(2004, 3, 2)


@pytest.mark.parametrize(
    "texts",
    [
        ("1 Aug 2001", "1 SEPT 2001"),
        ("August 1, 2001", "Sept 1, 2001"),
        ("Aug. 1, 2001", "Sept. 1, 2001"),
        ("1 aug. 2001", "1 sept. 2001"),
        ("Aug 2001", "Sept 2001"),
        ("2001-Aug", "2001-Sept"),
        ("2001M8", "2001M09"),
        ("2001-M08", "2001-M09"),
        ("01AUG2001:00:00:00", "01SEP2001:00:00:00"),
    ],
)
def test_months_are_read_in_the_usual_abbreviations(texts: tuple[str, ...]) -> None:
    assert moments_of(*texts) == [datetime(2001, 8, 1), datetime(2001, 9, 1)]


@pytest.mark.parametrize(
    ("cell", "why", "help"),
    [
        ("2010-02-29", "in the format `%Y-%m-%d`, it is not a date", "correct the cell"),
        ("9999-12-31", "between the years 1000 and 2999", "correct the cell"),
        ("2010-W53", "in the format `%G-W%V`", "correct the cell"),
        ("10:30", "the text is a time of day without a date", "`time: [Date, t]`"),
        ("soon", "", "write the format of the times"),
    ],
)
def test_a_first_cell_that_is_not_a_time_is_explained(
    work: Any, model: Callable[..., Signature], cell: str, why: str, help: str
) -> None:
    with pytest.raises(SpecError) as caught:
        work.load(work.csv(f"t,v\n{cell},1\n{cell},2\n", time="t", target="v"), model())
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.name == "not-a-time"
    assert why in diagnostic.why
    assert help in diagnostic.help[0]


HOURS = range(6)


@pytest.mark.parametrize(
    "times", [[time(hour) for hour in HOURS], [timedelta(hours=hour) for hour in HOURS]], ids=["times", "durations"]
)
def test_typed_times_of_day_go_with_a_date_or_a_count(
    work: Any, model: Callable[..., Signature], times: list[time] | list[timedelta]
) -> None:
    frame = pl.DataFrame({"d": [date(2004, 3, 1)] * 6, "t": times, "v": HOURS}).sample(fraction=1, shuffle=True, seed=1)
    frame.write_parquet(work.folder / "t.parquet")
    for key in ({"time": ("d", "t")}, {"order": "t"}):
        data = work.load(work.csv_of("t.parquet", **key, target="v", features="v"), model())
        assert data.train.y.ravel().tolist() == [1, 2, 3, 4, 5]
    with pytest.raises(SpecError, match="is not a time"):
        work.load(work.csv_of("t.parquet", time="t", target="v", features="v"), model())


@pytest.mark.parametrize(
    ("format", "message"),
    [
        ("%d.%m.%Y %H:%M %p", "need each other"),
        ("%d.%m.%Y %I:%M", "need each other"),
        ("%d.%m.%Y %M", "a format with minutes also needs hours"),
        ("%d.%m.%Y %H %S", "one with seconds also needs minutes"),
        ("%d.%m.%Y %K", "`%K` is not a time directive"),
        ("day", "has no directive"),
    ],
)
def test_a_format_that_cannot_be_read_by_is_refused(format: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        TimeColumns(columns=("t",), format=format)


@pytest.mark.parametrize("separator", [".", ","])
def test_fractions_of_a_second_are_read_as_python_reads_them(separator: str) -> None:
    text, format = f"2004-01-01 00:00:00{separator}5", f"%Y-%m-%d %H:%M:%S{separator}%f"
    assert read_format(pl.Series([text]), format).moments.to_list() == [datetime.strptime(text, format)]


@pytest.mark.parametrize("year", ["year", "Jahr", "y"])
@pytest.mark.parametrize("quarter", ["quarter", "Q"])
def test_quarters_behind_a_year_are_not_months(year: str, quarter: str) -> None:
    columns = pl.DataFrame({year: [2000, 2000, 2001], quarter: [1, 4, 1]})
    assert moments_of(*join_time_columns(columns)) == [
        datetime(2000, 1, 1),
        datetime(2000, 10, 1),
        datetime(2001, 1, 1),
    ]

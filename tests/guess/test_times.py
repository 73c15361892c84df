"""Columns of times, and of row numbers, are recognised however a table writes them."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

START = datetime(2020, 1, 1)
MONTHS = "January February March April May June July August September October November December".split()
DRAWN = random.Random(1)
SECONDS = [1577836800 + 3600 * hour for hour in range(200)]

Rows = list[tuple[Any, ...]]


def numbers(seed: int = 0) -> Iterator[str]:
    drawn = random.Random(seed)
    while True:
        yield f"{drawn.gauss(20, 3):.2f}"


def days(count: int = 200) -> list[date]:
    return [(START + timedelta(days=day)).date() for day in range(count)]


def measured(times: list[Any]) -> Rows:
    return list(zip(times, numbers(), strict=False))


def short_months(form: str) -> list[str]:
    return [form.format(year=1 + month // 12, month=month % 12 + 1, name=MONTHS[month % 12][:3]) for month in range(60)]


def shuffled(rows: Rows) -> Rows:
    return random.Random(0).sample(rows, len(rows))


def later(day: date) -> date:
    return day + timedelta(days=DRAWN.randint(1, 9))


TIMES: dict[str, tuple[str, Rows, dict[str, Any]]] = {
    "months with a year of one digit": (
        "Month,Sales",
        measured(short_months("{year}-{month:02}")),
        {"time": {"columns": "Month", "format": "%y-%m"}, "timesteps": 12},
    ),
    "months that a spreadsheet took for days": (
        "Month,Sales",
        measured(short_months("{year}-{name}")),
        {"time": {"columns": "Month", "format": "%y-%B"}},
    ),
    "months with a year of two digits behind": (
        "Month,Sales",
        measured(short_months("{month:02}/{year:02}")),
        {"time": {"columns": "Month", "format": "%m/%y"}},
    ),
    "months with a short year, of several stores": (
        "store,Month,Sales",
        [(store, *row) for store in "abc" for row in measured(short_months("{year}-{month:02}"))],
        {"time": {"columns": "Month", "format": "%y-%m"}, "group": "store"},
    ),
    "quarters": (
        "Quarter,Sales",
        measured([f"{2000 + row // 4}Q{row % 4 + 1}" for row in range(80)]),
        {"time": "Quarter", "timesteps": 8},
    ),
    "names of months, and their years": (
        "Month,Year,Sales",
        [(MONTHS[row % 12], 2000 + row // 12, level) for row, level in zip(range(60), numbers(), strict=False)],
        {"time": ("Year", "Month")},
    ),
    "names of months beside dates": (
        "Date,Month,Sales",
        [(day, MONTHS[day.month - 1], level) for day, level in measured(days(800))],
        {"time": "Date", "features": ("Month", "Sales")},
    ),
    "fiscal quarters, which sort as texts": (
        "period,Sales",
        measured([f"FY{2000 + row // 4}Q{row % 4 + 1}" for row in range(80)]),
        {"order": "period", "time": None},
    ),
    "quarters that do not sort as texts": (
        "quarter,Sales",
        measured([f"{row % 4 + 1}Q{60 + row // 4}" for row in range(80)]),
        {"order": None, "time": None, "ignore": ("quarter",)},
    ),
    "days without a year": (
        "date,Sales",
        measured([f"{day.day}-{MONTHS[day.month - 1][:3]}" for day in days()]),
        {"time": None, "ignore": ("date",)},
    ),
    "days of one month, which are not years": (
        "date,Sales",
        measured([f"{day}-Jan" for day in range(1, 32)]),
        {"time": None, "ignore": ("date",)},
    ),
    "times of a day": ("time,v", measured([f"{row // 60:02}:{row % 60:02}" for row in range(300)]), {"order": "time"}),
    "seconds since 1970": ("timestamp,v", measured(SECONDS), {"time": "timestamp", "timesteps": 24}),
    "fractions of seconds since 1970": (
        "time,v",
        measured([f"{1577836800 + row / 10:.1f}" for row in range(200)]),
        {"time": "time"},
    ),
    "seasons that look like months": (
        "Season,v",
        measured([f"{1900 + row}/{(row + 1) % 100:02}" for row in range(90)]),
        {"order": "Season", "time": None},
    ),
    "seconds since 1970 of another event": (
        "ts_start,ts_end,v",
        [(second, second + DRAWN.randint(9, 9999), level) for second, level in measured(SECONDS)],
        {"time": "ts_start", "features": ("v",), "ignore": ("ts_end",)},
    ),
    "two columns of dates": (
        "ordered,delivered,amount",
        [(day, later(day), level) for day, level in measured(days())],
        {"time": "ordered", "features": ("amount",), "ignore": ("delivered",)},
    ),
    "a second column of compact dates": (
        "date,updated,level",
        [(f"{day:%Y%m%d}", f"{later(day):%Y%m%d}", level) for day, level in measured(days())],
        {"time": "date", "features": ("level",), "ignore": ("updated",)},
    ),
    "a second date that may be a day or a month": (
        "date,due,level",
        [(day, f"01/{day.day % 9 + 1:02}/2020", level) for day, level in measured(days())],
        {"time": "date", "features": ("level",), "ignore": ("due",)},
    ),
    "dates of birth of labelled patients": (
        "patient,date,x,label,born",
        [
            (patient, day, level, "ab"[patient % 2], date(1950 + patient, 2, 3))
            for patient in range(30)
            for day, level in zip(days(12), numbers(patient), strict=False)
        ],
        {"layout": "sequences", "target": "label", "features": ("x",), "ignore": ("born",)},
    ),
    "the index of a data frame": (
        "Unnamed: 0,date,level",
        [(row, *each) for row, each in enumerate(measured(days()))],
        {"time": "date", "features": ("level",), "ignore": ("Unnamed: 0",)},
    ),
    "the index of a data frame in another order": (
        "Unnamed: 0,date,level",
        shuffled([(row, *each) for row, each in enumerate(measured(days()))]),
        {"time": "date", "features": ("level",), "ignore": ("Unnamed: 0",)},
    ),
    "the index of a data frame that lost rows": (
        "index,date,level",
        shuffled([(3 * row + row % 2, *each) for row, each in enumerate(measured(days()))]),
        {"time": "date", "features": ("level",), "ignore": ("index",)},
    ),
    "row numbers in another order": (
        "serial,date,level",
        shuffled([(row, *each) for row, each in enumerate(measured(days()))]),
        {"time": "date", "features": ("level",), "ignore": ("serial",)},
    ),
    "an index behind the values": (
        "date,level,index",
        [(*each, DRAWN.randrange(10**6)) for each in measured(days())],
        {"target": "level", "features": ("level",), "ignore": ("index",)},
    ),
    "an index that was drawn": (
        "Unnamed: 0,date,level",
        [(row * 7919 % 200, *each) for row, each in enumerate(measured(days()))],
        {"time": "date", "features": ("level",), "ignore": ("Unnamed: 0",)},
    ),
}


@pytest.mark.parametrize(("header", "rows", "meant"), TIMES.values(), ids=TIMES)
def test_times_and_indices_of_a_table_are_named_as_such(
    header: str, rows: Rows, meant: dict[str, Any], written: Any, tried: Any
) -> None:
    found = tried(written(header, rows))
    values = {**found.compiled.document.values["architecture"]["input"], **found.data}
    assert {key: values.get(key) for key in meant} == meant
    assert found.avoidable == []


def test_the_spec_says_why_a_column_is_ignored(written: Any, tried: Any) -> None:
    rows = [(row, day.year, day, later(day), level, f"note {row}") for row, (day, level) in enumerate(measured(days()))]
    found = tried(written("No,Year,date,due,level,note", rows)).text
    (line,) = [each for each in found.splitlines() if "ignore:" in each]
    columns, reasons = line.split("# ")
    assert columns.strip() == "ignore: ['No', Year, due, note]"
    assert reasons == "row numbers, part of the time, times, too many different texts"

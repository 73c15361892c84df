"""Kinds of tables, each made here, and what a practitioner would write of them."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from math import sin
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tdcli.services.init.new_spec import new_spec
from tdcli.text.errors import SpecError

START = datetime(2020, 1, 1)


def noise(seed: int = 0) -> Callable[[], str]:
    drawn = random.Random(seed)
    return lambda: f"{drawn.gauss(20, 3):.3f}"


def hours(count: int) -> list[datetime]:
    return [START + timedelta(hours=hour) for hour in range(count)]


def days(count: int) -> list[date]:
    return [(START + timedelta(days=day)).date() for day in range(count)]


def whole(seed: int = 0) -> Callable[[], int]:
    drawn = random.Random(seed)
    return lambda: drawn.randint(10, 99)


a, n = noise(), whole()
LOADS = [n() * 100 + n() for _ in range(401)]
ROADS = ("north", "south")

KINDS: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "a date and a time of day": (
        "Date,Time,load",
        [(f"{each:%d/%m/%Y}", f"{each:%H:%M:%S}", a()) for each in hours(500)],
        {"time": ("Date", "Time"), "timesteps": 24},
    ),
    "a date and an hour beside row numbers": (
        "instant,dteday,hr,weekday,cnt",
        [(row, each.date(), each.hour, each.weekday(), n()) for row, each in enumerate(hours(500), 1)],
        {"time": ("dteday", "hr"), "ignore": ("instant",), "features": ("weekday", "cnt"), "target": "cnt"},
    ),
    "hours from 1 to 24": (
        "Year,Month,Day,Hour,Demand",
        [(*each.timetuple()[:3], each.hour + 1, a()) for each in hours(500)],
        {"time": ("Year", "Month", "Day", "Hour"), "timesteps": 24},
    ),
    "days that are days or months": (
        "day,level",
        [(f"{each:%d.%m.%Y}", a()) for each in days(12)],
        {"time": {"columns": "day", "format": "%d.%m.%Y"}},
    ),
    "years of two digits": (
        "day,level",
        [(f"{each:%d/%m/%y}", a()) for each in days(60)],
        {"time": {"columns": "day", "format": "%d/%m/%y"}},
    ),
    "months as numbers, and regions": (
        "yyyymm,region,y",
        [(f"{2010 + month // 12}{month % 12 + 1:02}", region, a()) for month in range(60) for region in ROADS],
        {"time": "yyyymm", "group": "region", "timesteps": 12},
    ),
    "stores as numbers by turns, the newest day first": (
        "Store,DayOfWeek,Date,Sales,Open",
        [(store, each.isoweekday(), each, n() + store, n() % 2) for each in days(120)[::-1] for store in range(1, 8)],
        {"time": "Date", "group": "Store", "target": "Sales", "features": ("DayOfWeek", "Sales", "Open")},
    ),
    "stores and items": (
        "date,store,item,sales",
        [(each, store, item, n()) for item in range(1, 4) for store in range(1, 4) for each in days(80)],
        {"time": "date", "group": ("store", "item"), "target": "sales"},
    ),
    "a property of each shop, which is no label": (
        "date,shop,turnover,type",
        [(each, shop, a(), "ab"[shop % 2]) for shop in range(1, 6) for each in days(90)],
        {"time": "date", "group": "shop", "target": "turnover", "features": ("turnover", "type")},
    ),
    "a measurement that makes times unique by chance": (
        "date,sales,place",
        [(each, row * 7 + place, f"p{place}") for row, each in enumerate(days(90)) for place in range(3)],
        {"time": "date", "group": "place", "target": "sales"},
    ),
    "seconds since 1970 of several devices": (
        "ts,device,temp",
        [(1577836800 + 600 * row, device, a()) for row in range(200) for device in ("a1f0", "b2c3", "ff09")],
        {"time": "ts", "group": "device", "target": "temp"},
    ),
    "business days with holidays": (
        "Date,Open,Close",
        [(each, a(), a()) for place, each in enumerate(days(500)) if each.weekday() < 5 and place % 41],
        {"time": "Date", "missing_rows": "insert", "target": "Close", "timesteps": 10},
    ),
    "bars of trading hours": (
        "Datetime,Close",
        [(f"{each:%m/%d/%Y %I:%M %p}", a()) for each in hours(1500) if 9 <= each.hour <= 20],
        {"time": "Datetime", "max_gap": 0},
    ),
    "a flag at every step": (
        "timestamp,value,is_anomaly",
        [(row + 1, a(), int(not row % 17)) for row in range(400)],
        {"order": "timestamp", "target": "is_anomaly", "ahead": 0, "features": ("value",)},
    ),
    "a class in a calendar": (
        ",date,Light,CO2,Occupancy",
        [(row, each, a(), a(), int(row // 9 % 3 == 0)) for row, each in enumerate(hours(400))],
        {"time": "date", "target": "Occupancy", "ahead": 0, "ignore": ("",)},
    ),
    "lives of engines": (
        "unit,cycle,setting,sensor,RUL",
        [(unit, cycle, 100, a(), 30 + unit - cycle) for unit in range(12) for cycle in range(1, 31 + unit)],
        {"group": "unit", "order": "cycle", "target": "RUL", "ahead": 0, "ignore": ("setting",), "by": "group"},
    ),
    "runs with a label each": (
        "run_id,timestamp,vibration,condition",
        [
            (run, START + timedelta(hours=run, seconds=second), a(), ("normal", "broken")[run % 2])
            for run in range(20)
            for second in range(20)
        ],
        {"layout": "sequences", "sequence": "run_id", "time": "timestamp", "target": "condition"},
    ),
    "gestures with a label each": (
        "gesture_id,time_s,ax,gesture",
        [(each, f"{step / 50:.2f}", a(), "up down left".split()[each % 3]) for each in range(30) for step in range(20)],
        {"layout": "sequences", "sequence": "gesture_id", "order": "time_s", "target": "gesture", "features": ("ax",)},
    ),
    "a counter that starts again, of no series": (
        "cycle,voltage",
        [(row % 50, f"{sin(row / 9):.3f}") for row in range(600)],
        {"ignore": ("cycle",), "target": "voltage"},
    ),
    "days in texts": (
        "item_id,store_id,d,sales",
        [(f"F{item}", store, f"d_{day}", n()) for item in range(4) for store in ROADS for day in range(1, 90)],
        {"group": ("item_id", "store_id"), "ignore": ("d",), "target": "sales"},
    ),
    "years with a fraction": (
        "decimal_date,anomaly_c",
        [(f"{1880 + month / 12:.4f}", a()) for month in range(300)],
        {"order": "decimal_date", "target": "anomaly_c"},
    ),
    "rows that are yet to come": (
        "date,temperature,load",
        [(each, a(), a() if place < 180 else "") for place, each in enumerate(days(200))],
        {"time": "date", "target": "load", "missing": {"load": "drop"}},
    ),
    "a number for what was not measured": (
        "time,flow",
        [(each, -200 if each.hour == 3 else a()) for each in hours(400)],
        {"na_values": (-200,), "missing": {"flow": "forward-fill"}},
    ),
    "columns that are mostly empty, or constant while the model trains": (
        "time,flow,rare,late,name",
        [(each, a(), "" if row % 3 else a(), row // 350, f"x{row}") for row, each in enumerate(hours(400))],
        {"features": ("flow",), "ignore": ("rare", "late", "name")},
    ),
    "the answer in other units beside the target": (
        "time,load,next_kilo_load",
        [(each, load, f"{later / 1000:.3f}") for each, load, later in zip(hours(400), LOADS, LOADS[1:], strict=False)],
        {"target": "load", "ignore": ("next_kilo_load",), "features": ("load",)},
    ),
    "stations with compact times and codes": (
        "station,valid,tmpf,precip",
        [(each, f"{hour:%Y%m%d%H%M}", a(), -9999 if hour.hour == 5 else a()) for each in ROADS for hour in hours(200)],
        {"time": "valid", "group": "station", "na_values": (-9999,)},
    ),
    "hours and weekdays of no date": (
        "weekday,hour,load",
        [(row // 24 % 7, row % 24, a()) for row in range(900)],
        {"features": ("weekday", "hour", "load"), "target": "load"},
    ),
    "a flag in the last column": (
        "AF3,F7,eyes",
        [(a(), f"{sin(row / 9):.3f}", row // 50 % 2) for row in range(600)],
        {"target": "eyes", "ahead": 0, "features": ("AF3", "F7")},
    ),
    "no line of names": (
        "",
        [(f"{each:%Y-%m-%d %H:%M}", a(), a()) for each in hours(200)],
        {"header": "none", "time": "column_1", "target": "column_3"},
    ),
}


@pytest.mark.parametrize(("header", "rows", "meant"), KINDS.values(), ids=KINDS)
def test_a_kind_of_table_is_recognised(
    header: str, rows: list[Any], meant: dict[str, Any], written: Any, tried: Any
) -> None:
    found = tried(written(header, rows))
    values = found.compiled.document.values
    told = {**values["architecture"]["input"], **values["split"], **found.data}
    assert {key: told.get(key) for key in meant} == meant
    assert found.avoidable == []


def test_a_preamble_units_and_decimal_commas_are_written_into_the_spec(tmp_path: Path, tried: Any) -> None:
    rows = [f"{2010 + row // 4};Q{row % 4 + 1};{n()},{row % 10}" for row in range(48)]
    path = tmp_path / "export.csv"
    path.write_text("\n".join(["Accounts;;", "Source: office;;", "", "Year;Quarter;GDP", ";;bn", *rows, ""]))
    found = tried(path)
    meant = {"separator": ";", "decimal": ",", "header": 4, "skip": 1, "time": ("Year", "Quarter")}
    assert {key: found.data.get(key) for key in meant} == meant
    assert found.avoidable == []


def test_the_test_part_beside_a_table_is_used_where_it_has_the_target(written: Any, tried: Any) -> None:
    rows = [(each, a()) for each in days(200)]
    train = written("date,sales", rows[:150], "X_train.csv")
    written("date,sales", rows[150:], "X_test.csv")
    found = tried(train)
    assert found.data["test"] == "X_test.csv"
    assert found.compiled.document.values["split"] == {"by": "time", "validation": 0.15}
    assert found.avoidable == []


def test_a_file_beside_a_table_that_lacks_the_target_is_not_a_test_part(written: Any, tried: Any) -> None:
    train = written("date,sales", [(each, a()) for each in days(150)], "train.csv")
    written("date", [(each,) for each in days(200)[150:]], "test.csv")
    assert "test" not in tried(train).data


def test_purchases_of_customers_are_series_though_two_may_be_on_one_day(written: Any, tried: Any) -> None:
    drawn = random.Random(0)
    rows = sorted((days(365)[drawn.randrange(365)], customer, a()) for customer in range(1000, 1040) for _ in range(25))
    found = tried(written("purchase_date,customer_id,amount", rows))
    assert (found.data["time"], found.data["group"]) == ("purchase_date", "customer_id")


def test_a_row_without_its_time_is_named(written: Any, tmp_path: Path) -> None:
    rows = [("" if row == 50 else each, a()) for row, each in enumerate(hours(300))]
    with pytest.raises(SpecError, match=r"line 52, column `time` of `table\.csv` is empty"):
        new_spec(None, written("time,level", rows), tmp_path / "spec.yaml")


def test_events_at_irregular_times_get_no_season(written: Any, tried: Any) -> None:
    drawn, now, rows = random.Random(0), START, []
    for _ in range(300):
        now += timedelta(seconds=drawn.expovariate(1 / 60))
        rows.append((now.isoformat(), a()))
    found = tried(written("time,reading", rows))
    assert "rows at irregular times" in found.text
    assert found.compiled.plan.input_shape == (None, 24, 1)


def test_a_series_that_is_all_that_is_read_is_forecast_beyond_its_end(written: Any, tried: Any) -> None:
    text = tried(written("month,sales", [(f"{2000 + row // 12}-{row % 12 + 1:02}", a()) for row in range(100)])).text
    assert "tdcli predict runs/latest --horizon 12" in text


@pytest.mark.parametrize(("above", "units", "keys"), [(0, 1, {"skip": 1}), (2, 0, {"header": 3}), (0, 0, {})])
def test_a_title_and_units_of_a_sheet_are_recognised(
    above: int, units: int, keys: dict[str, int], tmp_path: Path, tried: Any
) -> None:
    path = tmp_path / "sheet.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        rows = [["Report"], [], ["Date", "Temp", "Wind"]][2 - above :] + [["", "degC", "m/s"]] * units
        rows += [[datetime.combine(each, datetime.min.time()), n() / 8, n() / 4] for each in days(100)]  # type: ignore[list-item]
        for row, cells in enumerate(rows):
            sheet.write_row(row, 0, cells)
    found = tried(path)
    assert {key: found.data.get(key) for key in ("header", "skip")} == {"header": None, "skip": None} | keys
    assert (found.data["time"], found.data["features"]) == ("Date", ("Temp", "Wind"))


@pytest.mark.parametrize("mark", [".", "..", ":", "M", "#N/A", "--"])
def test_what_agencies_write_for_nothing_is_listed(mark: str, written: Any, tried: Any) -> None:
    rows = [(each, mark if row in (40, 50) else n()) for row, each in enumerate(days(200))]
    assert tried(written("DATE,UNRATE", rows)).data["na_values"] == (mark,)


@pytest.mark.parametrize(("before", "after"), [("$", ""), ("", "%"), ("", " kW"), ("€ ", "")])
def test_numbers_with_a_sign_or_a_unit_are_named(before: str, after: str, written: Any, tmp_path: Path) -> None:
    rows = [(each, f"{before}{a()}{after}", n()) for each in days(60)]
    alone, beside = written("date,rate", [row[:2] for row in rows], "alone.csv"), written("date,rate,load", rows)
    with pytest.raises(SpecError) as caught:
        new_spec(None, alone, tmp_path / "spec.yaml")
    assert f"such as `{rows[0][1]}`, as plain numbers" in caught.value.diagnostics[0].help[0]
    assert f"text such as {rows[0][1]}" in new_spec(None, beside, tmp_path / "spec.yaml").text


@pytest.mark.parametrize(
    ("header", "rows", "message"),
    [
        ("name,age,height", [(f"p{row}", n(), a()) for row in range(40)], "each row has its own `name`"),
        ("age,height", [(n(), noise(row)()) for row in range(60)], "no row resembles the rows before it"),
        ("day,deaths", [(days(30)[n() % 30], n()) for _ in range(90)], "several rows"),
        ("day,count", [(each, n()) for _ in range(3) for each in days(40)], "several rows"),
        ("date,temp", [(each, f"{a()} C") for each in days(60)], "no column of numbers to predict"),
        ("date,temp", [(each, a()) for each in days(6)], "too few to train"),
        ("date,number", [(each, row) for row, each in enumerate(days(60))], "`number` holds row numbers"),
        ("date,sales", [*((each, n()) for each in days(90)), ("Total", 900)], "holds `Total`"),
        ("land," + ",".join(f"{each:%m/%d/%y}" for each in days(9)), [("x", *range(9))] * 20, "a column for each time"),
    ],
)
def test_data_that_are_not_a_series_are_refused_with_a_reason(
    header: str, rows: list[Any], message: str, written: Any, tmp_path: Path
) -> None:
    with pytest.raises(SpecError) as caught:
        new_spec(None, written(header, rows), tmp_path / "spec.yaml")
    assert caught.value.diagnostics[0].name == "nothing-to-guess"
    assert message in caught.value.diagnostics[0].message

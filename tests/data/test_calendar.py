"""Rows on calendars of many kinds, and what comes behind their end; dates written out by hand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from tdcli.data.times.frequency import infer_frequency, spacing_of
from tdcli.signature import Signature
from tdcli.text.errors import SpecError


def frequency_of(moments: pl.Series) -> Any:
    return infer_frequency(moments, np.zeros(len(moments), int))


def moments_of(*texts: str, zone: str | None = None) -> pl.Series:
    moments = pl.Series(texts).str.to_datetime("%Y-%m-%d %H:%M" if ":" in texts[0] else "%Y-%m-%d")
    return moments.dt.replace_time_zone(zone)


@pytest.mark.parametrize(
    ("texts", "name", "later"),
    [
        (["2005-10-31", "2005-11-30", "2005-12-30"], "1 month", ["2006-01-31", "2006-02-28", "2006-03-31"]),
        (["2003-12-30", "2004-01-30", "2004-02-29"], "1 month", ["2004-03-30", "2004-04-30", "2004-05-30"]),
        (["2003-12-31", "2004-01-31", "2004-02-29"], "1 month", ["2004-03-31", "2004-04-30", "2004-05-31"]),
        (["2003-06-30", "2003-09-30", "2003-12-31"], "3 months", ["2004-03-31", "2004-06-30"]),
        (["2004-01-15", "2004-02-15", "2004-03-15"], "1 month", ["2004-04-15", "2004-05-15"]),
        (["1996-02-29", "2000-02-29", "2004-02-29"], "4 years", ["2008-02-29"]),
        (["2004-01-05", "2004-02-02", "2004-03-01"], "28 days", ["2004-03-29", "2004-04-26"]),
        (["2004-02-27", "2004-02-28", "2004-02-29"], "1 day", ["2004-03-01"]),
    ],
)  # fmt: skip
def test_times_behind_the_end_are_dated_as_the_rows_are(texts: list[str], name: str, later: list[str]) -> None:
    moments = moments_of(*texts)
    frequency = frequency_of(moments)
    steps = np.arange(1, len(later) + 1)
    found = frequency.after(moments.gather([len(texts) - 1] * len(later)), steps)
    assert (frequency.name, found.dt.strftime("%Y-%m-%d").to_list()) == (name, later)


@pytest.mark.parametrize(
    ("zone", "texts", "later"),
    [
        ("Europe/Rome", ["2004-03-26 02:30", "2004-03-27 02:30"], ["2004-03-28 03:30", "2004-03-29 02:30"]),
        ("America/Sao_Paulo", ["2017-10-13 00:00", "2017-10-14 00:00"], ["2017-10-15 01:00", "2017-10-16 00:00"]),
        ("Europe/Rome", ["2004-03-28 00:00", "2004-03-28 01:00"], ["2004-03-28 03:00", "2004-03-28 04:00"]),
    ],
)
def test_a_local_time_that_summer_time_skips_is_an_hour_later(zone: str, texts: list[str], later: list[str]) -> None:
    moments = moments_of(*texts, zone=zone)
    found = frequency_of(moments).after(moments.gather([1, 1]), np.array([1, 2]))
    assert found.dt.strftime("%Y-%m-%d %H:%M").to_list() == later


@pytest.mark.parametrize("seed", range(5))
def test_minutes_with_jitter_are_minutes(seed: int) -> None:
    early_or_late = np.random.default_rng(seed).uniform(-5, 5, 60)
    rows = [datetime(2004, 3, 1) + timedelta(minutes=row, seconds=each) for row, each in enumerate(early_or_late)]
    groups = np.zeros(len(rows), int)
    frequency = frequency_of(pl.Series(rows))
    spacing = spacing_of(pl.Series(rows), groups, frequency)
    assert (frequency.name, spacing.irregular, spacing.missing) == ("1 minute", 0, 0)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"test": "2005-01-01"}, "no rows for the test set, because the table ranges from 2004-03-01 to 2004-03-12"),
        ({"test": "2004-03-01"}, "no rows for the training set"),
        ({"validation": "2004-02", "test": "2004-03-09T12:00"}, "no rows for the training set"),
        ({"validation": 10, "test": "2004-03-09"}, "no rows for the training set"),
        ({"test": 2004}, "the split needs 2,004 rows, but the data has 12"),
        ({"validation": 2004, "test": "2004-03-09"}, "the split needs 2,004 rows, but the data has 12"),
    ],
)
def test_dates_outside_of_a_table_are_refused(
    work: Any, model: Callable[..., Signature], split: dict[str, Any], message: str
) -> None:
    rows = "".join(f"2004-03-{day:02},{day}\n" for day in range(1, 13))
    with pytest.raises(SpecError, match=message):
        work.load(work.csv(f"t,v\n{rows}", time="t", target="v"), model(timesteps=3), **split)


def test_a_part_may_begin_at_a_midnight_that_summer_time_skips(work: Any, model: Callable[..., Signature]) -> None:
    rows = "".join(f"2017-10-{day:02} 12:00,{day}\n" for day in range(7, 25))
    keys = {"time": {"columns": "t", "zone": "America/Sao_Paulo"}, "target": "v"}
    data = work.load(work.csv(f"t,v\n{rows}", **keys), model(), test="2017-10-15")
    assert data.test.times.texts()[0, 0] == "2017-10-15 12:00-02:00"


def days(*numbers: int) -> str:
    return "t,v\n" + "".join(f"2004-03-{day:02},{day}\n" for day in numbers)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (days(*range(1, 13)).replace(",7\n", ",\n"), {"missing": "drop"}),
        (days(1, 2, 3, 4, 5, 6, 9, 10, 11, 12), {"max_gap": 0}),
    ],
    ids=["a dropped row", "a gap"],
)
def test_behind_a_break_a_window_predicts_the_next_day(
    work: Any, model: Callable[..., Signature], text: str, keys: dict[str, Any]
) -> None:
    section = work.csv(text, time="t", target="v", scale="none", **keys)
    learnt = work.load(section, model(timesteps=3)).fitted
    part = work.load_file(section, work.folder / "table.csv", model(timesteps=3), learnt, future=True)
    lasts = np.asarray(part.x)[:, -1, 0].astype(int).tolist()
    assert part.times.texts().ravel().tolist() == [f"2004-03-{day + 1:02}" for day in lasts]


def test_another_file_goes_on_by_the_step_of_the_training_data(work: Any, model: Callable[..., Signature]) -> None:
    weekdays = [day for day in range(1, 29) if datetime(2004, 3, day).weekday() < 5]
    section = work.csv(days(*weekdays), time="t", target="v", max_gap=0)
    learnt = work.load(section, model()).fitted
    for rows, monday in (((5,), "2004-03-08"), ((1, 2, 3, 4, 5), "2004-03-08"), ((8, 10, 12), "2004-03-15")):
        path = work.write("week.csv", days(*rows))
        part = work.load_file(section, path, model(), learnt, future=True)
        assert part.times.texts()[-1, 0] == monday
    with pytest.raises(SpecError, match="one window needs 2 consecutive rows"):
        work.load_file(section, path, model(timesteps=2), learnt, future=True)  # two days are missing in between


def test_a_time_that_is_far_off_is_named_before_millions_of_rows_are_inserted(
    work: Any, model: Callable[..., Signature]
) -> None:
    rows = "".join(f"2020-03-01 00:00:{second:02},1\n" for second in range(12))
    keys = {"time": "t", "target": "v", "missing_rows": "insert", "missing": "forward-fill"}
    with pytest.raises(SpecError, match="would insert 68,255,999 rows into a table of 13 rows") as caught:
        work.load(work.csv(f"t,v\n2018-01-01 00:00:00,1\n{rows}", **keys), model())
    assert "before line 3, column `t`" in caught.value.diagnostics[0].why

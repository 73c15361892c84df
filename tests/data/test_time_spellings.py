"""Times in spellings that are met now and then, against dates written out by hand."""

from datetime import datetime

import polars as pl
import pytest

from tdcli.data._arrays.time_columns import joined
from tdcli.data._arrays.time_parsing import read_texts


def moments_of(*texts):
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
def test_hour_24_is_the_next_midnight(text, moment):
    assert moments_of(text) == (moment and [moment])


def test_hours_from_1_to_24_are_those_of_one_day():
    hours = pl.DataFrame({"Date": ["2004-03-01"] * 24, "Hour": range(1, 25)})
    found = read_texts(joined(hours))
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
def test_months_are_read_in_the_usual_abbreviations(texts):
    assert moments_of(*texts) == [datetime(2001, 8, 1), datetime(2001, 9, 1)]

"""Drawn columns of times are put in the order that an independent parser finds, or they are refused.

`python tests/data/test_time_order.py --count 100000 --seed 0` draws many.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from dateutil import parser as dateutil_parser

from tdcli.data.tables.files.cells import Cells
from tdcli.data.tables.files.column_request import ColumnRequest
from tdcli.data.tables.order.ordering import order_rows
from tdcli.sources.tables.time_columns import TimeColumns
from tdcli.text.errors import SpecError

Writer = Callable[[datetime], str]


def _plain(format: str) -> Writer:
    return lambda moment: moment.strftime(format)


def _bare(moment: datetime) -> str:
    return f"{moment.month}/{moment.day}/{moment.year} {moment.hour}:{moment:%M}"


def _offset(moment: datetime) -> str:
    """Write local times of Rome, which the offset tells apart at the end of summer time."""
    summer = 4 <= moment.month <= 9
    return moment.replace(tzinfo=UTC).astimezone(timezone(timedelta(hours=2 if summer else 1))).isoformat()


@dataclass(frozen=True)
class Style:
    """How a column writes its times: to `step` of them."""

    write: Writer
    step: timedelta
    day_first: bool | None = None
    judged: bool = True


DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
STYLES = {
    **{
        format: Style(_plain(format), step)
        for format, step in {
            "%Y-%m-%d": DAY, "%Y/%m/%d": DAY, "%Y.%m.%d": DAY, "%Y%m%d": DAY, "%Y-%m-%d %H:%M": MINUTE,
            "%Y-%m-%dT%H:%M:%S": timedelta(seconds=1), "%Y-%m-%d %H:%M:%S.%f": timedelta(microseconds=1),
            "%Y-%m-%dT%H:%M:%SZ": timedelta(seconds=1), "%Y%m%dT%H%M%S": timedelta(seconds=1), "%Y-%m-%d %H": HOUR,
            "%Y-%m-%d %I:%M:%S %p": timedelta(seconds=1), "%b %d %Y": DAY, "%B %d, %Y": DAY, "%d-%b-%Y": DAY,
            "%d %B %Y %H:%M": MINUTE, "%Y-%b-%d": DAY, "%a, %d %b %Y %H:%M:%S GMT": timedelta(seconds=1),
            "%A %d %B %Y": DAY,
        }.items()
    },
    **{
        format: Style(_plain(format), step, format.index("%d") < format.index("%m"))
        for format, step in {
            "%d/%m/%Y": DAY, "%m/%d/%Y": DAY, "%d.%m.%Y": DAY, "%d-%m-%Y %H:%M": MINUTE, "%m/%d/%Y %I:%M %p": MINUTE,
            "%d/%m/%Y %H:%M:%S": timedelta(seconds=1), "%m-%d-%Y": DAY,
        }.items()
    },
    "hours without a zero": Style(_bare, MINUTE, day_first=False),
    "with an offset": Style(_offset, timedelta(seconds=1)),
    "months": Style(_plain("%Y-%m"), 31 * DAY),
    "named months": Style(_plain("%Y %b"), 31 * DAY),
    "quarters": Style(lambda moment: f"{moment.year} Q{(moment.month + 2) // 3}", 92 * DAY, judged=False),
    "weeks": Style(_plain("%G-W%V"), 7 * DAY, judged=False),
    "years": Style(_plain("%Y"), 366 * DAY),
}  # fmt: skip


def drawn(rng: np.random.Generator) -> tuple[str, list[str]]:
    """Return the name of a style and the cells of a column in it: shuffled, with gaps and repeated times."""
    name = list(STYLES)[rng.integers(len(STYLES))]
    style, rows = STYLES[name], int(rng.integers(2, 16))
    start = (
        datetime(1900 + int(rng.integers(150)), 1, 1)
        + int(rng.integers(365)) * DAY
        + int(rng.integers(86_400)) * HOUR / 3600
    )
    step = min(style.step * int(rng.choice([1, 2, 7, 30, 1000])), 4000 * DAY)
    steps = rng.permutation(np.cumsum(rng.choice([0, 1, 1, 1, 5], rows))).tolist()
    return name, [style.write(start + step * each) for each in steps]


def order_of(texts: list[str]) -> list[int]:
    """Return the rows in the order that the project puts them in."""
    frame = pl.DataFrame({"t": texts, "row": range(len(texts))})
    request = ColumnRequest(time=TimeColumns(columns=("t",)))
    cells = Cells.of_file(Path("t.csv"), frame, np.arange(2, len(texts) + 2), request)
    return order_rows(cells).cells.frame["row"].to_list()


def judged_order(name: str, texts: list[str]) -> list[int]:
    """Return the rows in the order that dateutil finds; texts that it cannot read sort as they are written.

    Rows of one time stay as they are, in a file that begins with its newest row as they are from its end.
    """
    style, default, keys = STYLES[name], datetime(2000, 1, 1), texts
    if style.judged:
        keys = [dateutil_parser.parse(text, dayfirst=bool(style.day_first), default=default) for text in texts]
    rows = range(len(texts))
    newest_first = keys[0] != keys[-1] and list(keys) == sorted(keys, reverse=True)
    return sorted(reversed(rows) if newest_first else rows, key=lambda row: keys[row])


def is_ambiguous(name: str, texts: list[str]) -> bool:
    """Say whether every cell is another time with the day first than with the month first, or nothing tells."""
    if STYLES[name].day_first is None:
        return False
    read = [{dateutil_parser.parse(text, dayfirst=first) for first in (True, False)} for text in texts]
    days = [int(text.replace("-", "/").replace(".", "/").split("/")[place]) for text in texts for place in (0, 1)]
    return max(days) <= 12 and any(len(each) == 2 for each in read)


def outcome(rng: np.random.Generator) -> str:
    """Draw a column and compare; return the style, and whether it was refused."""
    name, texts = drawn(rng)
    if is_ambiguous(name, texts):
        with pytest.raises(SpecError, match=r"is .* or .*"):
            order_of(texts)
        return f"{name}: refused"
    found = order_of(texts)
    assert found == judged_order(name, texts), (name, texts)
    return name


@pytest.mark.parametrize("seed", range(4))
def test_drawn_times_are_ordered_as_dateutil_orders_them_or_refused_as_ambiguous(seed: int) -> None:
    rng = np.random.default_rng([1, seed])
    found = Counter(outcome(rng).split(":")[0] for _ in range(150))
    assert len(found) > len(STYLES) // 2


def main() -> None:
    """Draw many columns and print how many of each style were read or refused."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--count", type=int, default=100_000)
    given.add_argument("--seed", type=int, default=0)
    asked = given.parse_args()
    rng = np.random.default_rng([2, asked.seed])
    found = Counter(outcome(rng) for _ in range(asked.count))
    for name, count in sorted(found.items()):
        sys.stdout.write(f"{name:40} {count:,}\n")
    refused = sum(count for name, count in found.items() if name.endswith("refused"))
    sys.stdout.write(f"{asked.count:,} columns, {refused:,} refused as ambiguous, all others in order\n")


if __name__ == "__main__":
    main()

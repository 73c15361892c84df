"""Files that begin with their newest rows, and the hour that summer time's end repeats."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from tdcli.signature import Signature

ROME = {"columns": "t", "zone": "Europe/Rome"}
CLOCK = ["1:00", "1:30", "2:00", "2:30", "2:00", "2:30", "3:00", "3:30"]  # on 31 October 2004
TIMES = [f"2004-10-31 {clock}" for clock in CLOCK]


def order(work: Any, model: Callable[..., Signature], frame: pl.DataFrame, **keys: Any) -> list[float]:
    """Return the values in the order that the rows are put in, group by group."""
    frame.write_csv(work.folder / "t.csv")
    data = work.load(work.csv_of("t.csv", features="v", target="v", scale="none", **keys), model())
    firsts, lasts = np.asarray(data.train.x)[:, 0, 0].tolist(), data.train.y.ravel().tolist()
    groups = np.flatnonzero(np.diff([*firsts, -1.0]) != 1).tolist()
    return [*firsts, *(lasts[place] for place in groups)] if len(groups) == 1 else firsts


@pytest.mark.parametrize("lost", [(), (2,), (3,), (2, 4), (5,)])
@pytest.mark.parametrize("reverse", [False, True], ids=["oldest first", "newest first"])
def test_the_two_passes_of_an_hour_follow_the_file_though_rows_are_missing(
    work: Any, model: Callable[..., Signature], reverse: bool, lost: tuple[int, ...]
) -> None:
    frame = pl.DataFrame({"t": TIMES, "v": range(8)}).filter(~pl.col("v").is_in(lost))
    kept = frame["v"].to_list()
    data = order(work, model, frame.reverse() if reverse else frame, time=ROME)
    assert data[: len(kept) - 1] == kept[:-1]


def test_each_group_has_its_own_two_passes(work: Any, model: Callable[..., Signature]) -> None:
    frame = pl.DataFrame({"t": TIMES * 2, "g": ["a"] * 8 + ["b"] * 8, "v": range(16)})
    by_turns = frame.with_columns(turn=pl.int_range(8).append(pl.int_range(8))).sort("turn", maintain_order=True)
    assert order(work, model, by_turns.drop("turn"), time=ROME, group="g") == [*range(7), *range(8, 15)]


@pytest.mark.parametrize("key", [{"time": "t"}, {"time": "t", "group": "g"}], ids=["one series", "groups"])
def test_rows_of_one_moment_are_read_from_the_end_of_a_file_that_begins_with_the_newest(
    work: Any, model: Callable[..., Signature], key: dict[str, str]
) -> None:
    days = [f"2004-03-0{1 + row // 3}" for row in range(9)]
    frame = pl.DataFrame({"t": days, "g": ["a"] * 9, "v": range(9)})
    assert order(work, model, frame.reverse(), **key) == list(range(9))


def test_a_clock_that_was_put_back_is_found_in_a_file_that_begins_with_the_newest(
    work: Any, model: Callable[..., Signature]
) -> None:
    frame = pl.DataFrame({"t": TIMES, "v": range(8)})
    assert order(work, model, frame.reverse(), time="t") == list(range(8))


def test_two_passes_whose_rows_alternate_are_told_apart(work: Any, model: Callable[..., Signature]) -> None:
    times = [TIMES[row] for row in (0, 1, 2, 4, 3, 5, 6, 7)]
    frame = pl.DataFrame({"t": times, "v": [0, 1, 2, 4, 3, 5, 6, 7]})
    assert order(work, model, frame, time=ROME) == list(range(8))

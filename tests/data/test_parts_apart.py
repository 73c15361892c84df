"""What trains never holds an answer of what is held out, nor learns from it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.data.dataset import Dataset, Part
from tdcli.signature import Signature
from tdcli.text.errors import SpecError

START = np.datetime64("2020-01-01")
REFUSALS = {"too-few-rows", "split-too-small", "split-too-large", "split-mismatch"}


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    """Return a table of one to three groups by turns, on days of their own; `v` numbers the rows."""
    groups = draw(st.integers(1, 3))
    series = []
    for group in range(groups):
        steps = draw(st.lists(st.sampled_from([0, 1, 1, 1, 1, 3]), min_size=12, max_size=24))
        days = START + draw(st.integers(0, 10)) + np.cumsum(steps)
        series.append(pl.DataFrame({"g": ["abc"[group]] * len(days), "t": days.astype(str)}))
    table = pl.concat(series).sort("t", maintain_order=True)
    return table.with_columns(v=pl.int_range(pl.len()).cast(pl.Float64))


@st.composite
def splits(draw: st.DrawFn) -> dict[str, Any]:
    """Return a split by time: by counts, fractions, dates or folds."""
    split = {"test": draw(st.sampled_from([0, 3, 15, 0.25, "2020-01-14"]))}
    folds = draw(st.sampled_from([None, 2, 3]))
    if folds:
        split |= {"folds": folds, "fold": draw(st.integers(1, folds))}
    else:
        split |= {"validation": draw(st.sampled_from([0, 2, 9, 0.2, "2020-01-09"]))}
    split |= {"gap": draw(st.sampled_from([0, 0, 2, "auto"])), "each_group": draw(st.booleans())}
    return {key: value for key, value in split.items() if value != 0 or key == "gap"}


@st.composite
def shapes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the keys of windows, and the model's timesteps, outputs and form."""
    per_step = draw(st.booleans())
    steps = 1 if per_step else draw(st.sampled_from([1, 1, 3]))
    keys = {"ahead": draw(st.integers(1, 3)), "steps": steps, "stride": draw(st.sampled_from([1, 1, 2]))}
    keys |= {"max_gap": draw(st.sampled_from([None, 0, 1]))}
    return keys, {"timesteps": draw(st.integers(1, 4)), "units": steps, "per_step": per_step}


def loaded(
    work: Any,
    model: Callable[..., Signature],
    table: pl.DataFrame,
    keys: dict[str, Any],
    shape: dict[str, Any],
    split: dict[str, Any],
    **more: Any,
) -> Dataset | None:
    """Return the data; None where the table is too small for the parts."""
    table.write_csv(work.folder / "t.csv")
    timed = {"time": "t", **({"group": "g"} if table["g"].n_unique() > 1 else {"ignore": "g"})}
    section = work.csv_of("t.csv", target="v", **{"features": ("v",), "scale": "none", **timed, **keys, **more})
    try:
        return work.load(section, model(**shape), **split)
    except SpecError as error:
        if error.diagnostics[0].name not in REFUSALS:
            raise
        return None


def rows_of(part: Part | None, *, answers: bool) -> set[int]:
    """Return the rows that a part answers, or those that its inputs hold."""
    if part is None:
        return set()
    return set(np.asarray(part.y if answers else part.x).astype(int).ravel().tolist())


@settings(max_examples=80, deadline=None)
@given(tables(), splits(), shapes())
def test_what_trains_holds_no_answer_of_what_is_held_out(
    anew: Callable[[], Any],
    model: Callable[..., Signature],
    table: pl.DataFrame,
    split: dict[str, Any],
    form: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    data = loaded(anew(), model, table, *form, split)
    if data is None:
        return
    train, validation, test = (rows_of(part, answers=True) for part in (data.train, data.validation, data.test))
    assert not (train | rows_of(data.train, answers=False)) & (validation | test)
    assert not (validation | rows_of(data.validation, answers=False)) & test
    if not split.get("each_group") and "folds" not in split:
        days = table["t"].to_list()
        ends = [[days[row] for row in rows] for rows in (train, validation, test) if rows]
        assert all(max(before) < min(after) for before, after in pairwise(ends))


@settings(max_examples=40, deadline=None)
@given(tables(), splits(), shapes(), st.integers(0, 2**32 - 1))
def test_nothing_is_learnt_from_the_answers_of_what_is_held_out(
    anew: Callable[[], Any],
    model: Callable[..., Signature],
    table: pl.DataFrame,
    split: dict[str, Any],
    form: tuple[dict[str, Any], dict[str, Any]],
    seed: int,
) -> None:
    keys, shape = form
    rng = np.random.default_rng(seed)
    drawn = {"c": rng.choice(["x", "y"], len(table)), "w": rng.normal(size=len(table))}
    table = table.with_columns(pl.Series(name, values) for name, values in drawn.items())
    more = {"features": ("v", "w", "c"), "encode": {"c": {"as": "integer", "unknown": "ignore"}}, "scale": "standard"}
    before = loaded(anew(), model, table, keys, {**shape, "features": 3}, split, **more)
    if before is None or not (before.validation or before.test):
        return
    answers = rows_of(before.validation, answers=True) | rows_of(before.test, answers=True)
    held_out, known = table["v"].cast(pl.Int64).is_in(sorted(answers)), table["c"][int(before.train.y.min())]
    changed = table.with_columns(
        v=pl.when(held_out).then(1e6).otherwise("v"),
        w=pl.when(held_out).then(-1e6).otherwise("w"),
        c=pl.when(held_out).then(pl.lit(known)).otherwise("c"),
    )
    after = loaded(anew(), model, changed, keys, {**shape, "features": 3}, split, **more)
    assert (after.fitted, after.naive) == (before.fitted, before.naive)

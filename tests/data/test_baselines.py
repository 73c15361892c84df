"""What is said without a model, recomputed by NumPy and Polars alone."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from tdcli.data.dataset import Dataset
from tdcli.data.load import LoadRequest, load
from tdcli.data.tables.past import Past
from tdcli.sources.core.split import Split

Array = NDArray[Any]
FIELD = Path(__file__).parent / "field"


def judged(work: Any, section: Any, signature: Any, **split: Any) -> Dataset:
    return load(section, LoadRequest(work.folder, signature, Split(**split), 0, judged=True))


def by_hand(values: Array, positions: Array, measured: Array, target: int, last: int, season: int) -> dict[str, float]:
    """Return what is said of the row `target` at the row `last`, one group, in plain loops."""
    known = [row for row in range(last + 1) if measured[row]]
    newest, oldest = known[-1], known[0]
    before = [row for row in known if (positions[target] - positions[row]) % season == 0]
    steps = positions[newest] - positions[oldest]
    slope = (values[newest] - values[oldest]) / steps if steps else 0.0
    return {
        "persistence": values[newest],
        "seasonal": values[before[-1]] if before else values[newest],
        "drift": values[newest] + slope * (positions[target] - positions[newest]),
    }


def test_the_past_is_looked_up_by_position_within_the_group_where_it_was_measured() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        groups = np.sort(rng.integers(0, 3, 40))
        jumps = rng.choice([1, 1, 1, 2, 5], 40)
        positions = np.concatenate(
            [np.cumsum(jumps[groups == each]) - jumps[groups == each][0] for each in range(3) if (groups == each).any()]
        )
        measured, season = rng.random(40) < 0.6, int(rng.integers(2, 6))
        measured[np.flatnonzero(np.diff(groups, prepend=-1))] = True
        past = Past(positions, groups, measured)
        for group in np.unique(groups):
            own = np.flatnonzero(groups == group)
            if len(own) < 4:
                continue
            last, target = own[len(own) // 2], own[-1]
            hand = by_hand(np.arange(40.0)[own], positions[own], measured[own], len(own) - 1, len(own) // 2, season)
            newest = past.last_measured(np.array([last]))
            before = past.seasons_before(np.array([target]), newest, season)[0]
            assert newest[0] == hand["persistence"]
            assert (before if before >= 0 else newest[0]) == hand["seasonal"]
            assert past.first_measured(np.array([last]))[0] == own[measured[own]][0]


def test_a_row_is_found_by_its_position_over_jumps_and_never_in_another_group() -> None:
    past = Past(np.array([0, 1, 4, 5, 0, 1]), np.array([0, 0, 0, 0, 1, 1]))
    rows, positions = np.array([3, 3, 3, 5, 5]), np.array([4, 1, 2, 0, 4])
    assert past.at(rows, positions).tolist() == [2, 1, -1, 4, -1]


@pytest.mark.parametrize(("timesteps", "ahead", "steps"), [(3, 1, 1), (5, 4, 1), (6, 1, 3), (2, 2, 9)])
def test_the_forecasts_of_a_table_are_those_of_plain_loops(
    work: Any, model: Any, timesteps: int, ahead: int, steps: int
) -> None:
    rng = np.random.default_rng(0)
    values = np.round(np.tile(rng.normal(size=6), 20) + 0.1 * rng.normal(size=120), 3)
    section = work.csv(
        "a\n" + "\n".join(map(str, values)), target="a", features=("a",), ahead=ahead, steps=steps, season=6
    )
    data = judged(work, section, model(timesteps, 1, steps), test=0.3)
    assert data.test is not None
    found = data.test.baselines
    assert [*found] == ["persistence", "seasonal naive (6 rows)", "drift"]
    first = int(data.test.index[0]) - 2  # lines are counted from 1, and the header is one
    for sample in range(len(data.test)):
        last = first + sample - ahead
        for step in range(steps):
            hand = by_hand(values, np.arange(120), np.ones(120, bool), first + sample + step, last, 6)
            said = {name.split()[0]: each[sample, step] for name, each in found.items()}
            assert said == pytest.approx(hand, rel=1e-5)


def test_the_baseline_of_one_output_a_step_is_predicted_from_that_step(work: Any, model: Any) -> None:
    section = work.csv("a\n" + "\n".join(map(str, range(40))), target="a", features=("a",), season=1)
    part = judged(work, section, model(4, per_step=True), test=0.5).test
    assert part is not None
    assert np.array_equal(part.baselines["persistence"], np.asarray(part.x))  # the next row's value is this one's
    np.testing.assert_allclose(part.baselines["drift"], np.asarray(part.y), rtol=1e-5)  # the line goes on


def test_groups_have_pasts_and_scales_of_their_own(work: Any, model: Any) -> None:
    rows = [f"{name},{value * scale}" for name, scale in (("b", 1), ("a", 100)) for value in range(20)]
    section = work.csv("g,v\n" + "\n".join(rows), group="g", target="v", features=("v",), season=1)
    data = judged(work, section, model(2), test=0.25)
    assert data.test is not None
    assert data.test.groups is not None
    assert set(data.test.groups.tolist()) == {"a", "b"}
    of_a = data.test.groups == "a"
    assert (np.asarray(data.test.y) - data.test.baselines["persistence"])[of_a].ravel().tolist() == [100.0] * of_a.sum()
    assert data.naive["scales"] == {"b": [1.0], "a": [100.0]}
    assert data.naive["scale"] == [pytest.approx(101 / 2)]


def test_a_group_of_which_all_rows_are_dropped_leaves_the_others_their_names(work: Any, model: Any) -> None:
    rows = "".join(
        f"{group},{'' if group == 'b' else value * row**2}\n"
        for group, value in zip("abc", (1, 2, 100), strict=True)
        for row in range(8)
    )
    section = work.csv("g,v\n" + rows, target="v", group="g", missing="drop", season=1)
    data = work.load(section, model(timesteps=2))
    assert data.naive["scales"] == {"a": [7.0], "c": [700.0]}  # the mean of 1, 3, ..., 13


def test_the_scale_is_the_error_of_the_seasonal_naive_forecast_on_the_training_rows(work: Any, model: Any) -> None:
    table = pl.read_csv(FIELD / "b05.csv")
    section = work.csv(table.write_csv(), order="date", target="temp", features=("temp",))
    data = judged(work, section, model(24), validation=0.15, test=0.2)
    assert data.fitted["season"] == data.naive["season"] == 24
    last = int(data.train.index[-1]) - 2
    temp = table["temp"][: last + 1]
    expected = (temp - temp.shift(24)).abs().mean()
    assert data.naive["scale"] == [pytest.approx(expected, rel=1e-5)]


def test_the_season_is_the_one_that_is_written(work: Any, model: Any) -> None:
    text = (FIELD / "b05.csv").read_text(encoding="utf-8")
    for season, names in ((1, ["persistence", "drift"]), (7, ["persistence", "seasonal naive (7 rows)", "drift"])):
        data = judged(
            work, work.csv(text, order="date", target="temp", features=("temp",), season=season), model(4), test=0.2
        )
        assert data.fitted["season"] == season
        assert data.test is not None
        assert [*data.test.baselines] == names


def test_another_file_is_judged_with_the_season_of_the_training(work: Any, model: Any) -> None:
    text = (FIELD / "b05.csv").read_text(encoding="utf-8")
    section = work.csv(text, order="date", target="temp", features=("temp",))
    data = judged(work, section, model(24), test=0.2)
    hours = [f"2011/01/{1 + row // 24:02} {row % 24:02}:00,{row + 1}" for row in range(28)]
    other = work.write("other.csv", "date,temp\n" + "\n".join(hours))
    part = work.load_file(section, other, model(24), {**data.fitted})
    assert [*part.baselines] == ["persistence", "seasonal naive (24 rows)", "drift"]
    expected = np.asarray(part.y).ravel() - 24
    assert part.baselines["seasonal naive (24 rows)"].ravel().tolist() == expected.tolist()


def test_the_last_known_class_is_the_baseline_for_classes(work: Any, model: Any) -> None:
    labels = ["rain", "sun", "sun", "rain", "fog", "fog", "sun", "rain"] * 4
    text = "v,w\n" + "\n".join(f"{place},{label}" for place, label in enumerate(labels))
    section = work.csv(text, target="w", features=("v",))
    data = judged(work, section, model(2, units=3, activation="softmax"), test=0.25)
    assert data.test is not None
    assert data.classes == ("fog", "rain", "sun")
    codes = np.array([("fog", "rain", "sun").index(label) for label in labels])
    rows = np.asarray(data.test.index, int) - 2
    assert data.test.baselines["persistence"].tolist() == codes[rows - 1].tolist()
    now = work.csv(text, target="w", features=("v",), ahead=0)
    part = judged(work, now, model(2, units=3, activation="softmax"), test=0.25).test
    assert part is not None
    assert part.baselines == {}  # a label of its own row is no forecast


def test_training_computes_no_baselines(work: Any, model: Any) -> None:
    section = work.csv("a\n" + "\n".join(map(str, range(40))), target="a", features=("a",))
    data = work.load(section, model(4), validation=0.2, test=0.2)
    assert all(part.baselines == {} and part.groups is None for part in data.parts().values())

"""Windows over one long table, against tables small enough to count by hand."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tdcli.data.dataset import Part
from tdcli.signature import Signature
from tdcli.text.errors import SpecError

# Two columns: the row's number, and its square as the target.
SQUARES = "row,square\n" + "".join(f"{row},{row**2}\n" for row in range(10))


def rows_of(part: Part) -> list[Any]:
    return np.asarray(part.x)[..., 0].astype(int).tolist()


def test_a_forecast_predicts_the_row_after_the_window(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", features=("row",), scale="none")
    data = work.load(section, model(timesteps=3))
    assert rows_of(data.train)[0] == [0, 1, 2]
    assert data.train.y[:, 0].tolist() == [9, 16, 25, 36, 49, 64, 81]
    assert data.train.origin[:, 0].tolist() == [4, 9, 16, 25, 36, 49, 64]
    assert data.train.index.tolist() == [5, 6, 7, 8, 9, 10, 11]  # lines in the file, the header is line 1


def test_steps_and_ahead_reach_beyond_the_window(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target=("square", "row"), features=("row",), ahead=2, steps=2, stride=2)
    data = work.load(section, model(timesteps=3, units=4))
    assert rows_of(data.train) == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    assert data.train.y.tolist() == [[16, 4, 25, 5], [36, 6, 49, 7], [64, 8, 81, 9]]
    assert data.train.origin.tolist() == [[4, 2, 4, 2], [16, 4, 16, 4], [36, 6, 36, 6]]
    assert data.target_names == ("square", "row")


OWN_STEPS = {"kind": "encoder-decoder", "output_shape": (None, 2, 1), "own_steps": True}


def test_a_sequence_of_its_own_holds_the_rows_ahead(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", features=("row",), steps=2, stride=4, scale="none")
    data = work.load(section, model(timesteps=3, **OWN_STEPS))
    assert rows_of(data.train) == [[0, 1, 2], [4, 5, 6]]
    assert data.train.y[..., 0].tolist() == [[9, 16], [49, 64]]
    assert data.train.origin[..., 0].tolist() == [[4, 4], [36, 36]]


def test_a_class_a_step_of_its_own_sequence(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("row,kind\n1,a\n2,b\n3,a\n4,c\n5,b\n", target="kind", features=("row",), steps=2)
    signature = model(timesteps=2, activation="softmax", **OWN_STEPS | {"output_shape": (None, 2, 3)})
    data = work.load(section, signature)
    assert (data.classes, data.train.y.tolist()) == (("a", "b", "c"), [[0, 2], [2, 1]])


@pytest.mark.parametrize(
    ("keys", "activation", "message"),
    [
        ({"steps": 3}, None, "`steps: 3` predicts 3 rows, but the model outputs 2 timesteps"),
        (
            {"target": ("row", "square"), "steps": 2},
            None,
            "`target` and `steps` have the shape (batch, 2, 2), but the model outputs (batch, 2, 1)",
        ),
        ({"steps": 3}, "sigmoid", "the model outputs 2 classes, one per timestep, but `target` and `steps` need 3"),
    ],
)
def test_rows_ahead_that_are_not_the_models_steps_are_refused(
    work: Any, model: Callable[..., Signature], keys: dict[str, Any], activation: str | None, message: str
) -> None:
    section = work.csv(SQUARES, **{"target": "square", "features": ("row",), **keys})
    (diagnostic,) = work.diagnostics(section, model(timesteps=3, activation=activation, **OWN_STEPS))
    assert diagnostic.message == message


def test_one_output_a_step_reads_the_target_on_every_row_shifted_by_ahead(
    work: Any, model: Callable[..., Signature]
) -> None:
    section = work.csv(SQUARES, target="square", features=("row",), ahead=2)
    data = work.load(section, model(timesteps=4, per_step=True))
    assert data.train.y[0, :, 0].tolist() == [4, 9, 16, 25]
    assert data.train.origin[0, :, 0].tolist() == [0, 1, 4, 9]
    assert len(data.train) == 10 - 4 - 2 + 1


def test_without_ahead_the_target_is_the_windows_last_row_and_no_feature(
    work: Any, model: Callable[..., Signature]
) -> None:
    data = work.load(work.csv(SQUARES, target="square", ahead=0), model(timesteps=3))
    assert data.feature_names == ("row",)
    assert data.train.y[:, 0].tolist() == [4, 9, 16, 25, 36, 49, 64, 81]
    assert data.train.origin is None


def test_the_order_columns_sort_the_rows_as_numbers_where_they_are(work: Any, model: Callable[..., Signature]) -> None:
    text = "day,hour,v\n10,0,5\n9,11,3\n9,2,2\n10,3,6\n"
    section = work.csv(text, order=("day", "hour"), target="v", scale="none")
    data = work.load(section, model())
    assert np.asarray(data.train.x)[:, 0, 0].tolist() == [2, 3, 5]
    assert data.train.index.tolist() == [3, 2, 5]


def test_dates_are_sorted_as_text(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("day,v\n2010-02-01,2\n2010-01-31,1\n2010-02-02,3\n", order="day", target="v")
    assert np.asarray(work.load(section, model()).train.x)[:, 0, 0].tolist() == [1, 2]


def test_a_model_that_answers_every_step_does_not_interpolate(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", features=("row",), missing={"row": "interpolate"})
    (diagnostic,) = work.diagnostics(section, model(timesteps=3, per_step=True))
    assert (diagnostic.key_path, diagnostic.help) == (("missing",), ("write `missing: {row: forward-fill}`",))
    assert not work.diagnostics(section.model_copy(update={"ahead": 0}), model(timesteps=3, per_step=True))


def test_classes_can_be_forecast(work: Any, model: Callable[..., Signature]) -> None:
    text = "v,state\n1,off\n2,on\n3,on\n4,off\n5,on\n"
    section = work.csv(text, target="state", features=("v",))
    data = work.load(section, model(timesteps=2, activation="sigmoid"))
    assert data.train.y.tolist() == [1, 0, 1]
    assert data.train.y.dtype == np.int32
    assert data.classes == ("off", "on")
    assert data.y_scaling is None


def test_several_files_are_one_table(work: Any, model: Callable[..., Signature]) -> None:
    work.write("b.csv", "v\n3\n4\n")
    section = work.csv("v\n1\n2\n", target="v").model_copy(update={"path": ("table.csv", "b.csv")})
    data = work.load(section, model())
    assert data.train.y[:, 0].tolist() == [2, 3, 4]
    assert data.train.index.tolist() == ["table.csv:3", "b.csv:2", "b.csv:3"]
    assert [path.name for path in data.files] == ["table.csv", "b.csv"]


def test_a_pattern_names_files_in_sorted_order(work: Any, model: Callable[..., Signature]) -> None:
    for name, value in (("part-2.csv", 2), ("part-1.csv", 1)):
        work.write(name, f"v\n{value}\n")
    section = work.csv("v\n9\n", target="v").model_copy(update={"path": ("part-*.csv",)})
    assert work.load(section, model()).train.y[:, 0].tolist() == [2]


def test_dropped_rows_are_never_bridged(work: Any, model: Callable[..., Signature]) -> None:
    text = "row,v\n" + "".join(f"{row},{'' if row in (3, 7) else row}\n" for row in range(12))
    section = work.csv(text, target="v", missing="drop")
    data = work.load(section, model(timesteps=2, features=2))
    assert rows_of(data.train) == [[0, 1], [4, 5], [8, 9], [9, 10]]


ROWS = "row\n" + "".join(f"{row}\n" for row in range(20))


def answers_of(part: Part) -> list[list[int]]:
    return part.y.astype(int).reshape(len(part), -1).tolist()


@pytest.mark.parametrize("timesteps", [1, 2, 5])
def test_by_time_a_window_belongs_where_the_row_is_that_it_answers(
    work: Any, model: Callable[..., Signature], timesteps: int
) -> None:
    section = work.csv(ROWS, target="row", scale="none")
    data = work.load(section, model(timesteps=timesteps), train=12, validation=0.25, test="rest")
    answers = [[row for (row,) in answers_of(part)] for part in (data.train, data.validation, data.test)]
    assert answers == [[*range(timesteps, 9)], [9, 10, 11], [*range(12, 20)]]


def test_no_window_answers_rows_of_two_parts(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(ROWS, target="row", steps=3, scale="none")
    data = work.load(section, model(timesteps=2, units=3), train=12)
    assert answers_of(data.train)[-1] == [9, 10, 11]
    assert answers_of(data.test)[0] == [12, 13, 14]


def test_a_gap_leaves_out_answers_at_the_end_of_the_earlier_part(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(ROWS, target="row", scale="none")
    last = {gap: answers_of(work.load(section, model(timesteps=2), train=12, gap=gap).train)[-1] for gap in (0, 1, 5)}
    assert last == {0: [11], 1: [10], 5: [6]}
    assert len(work.load(section, model(timesteps=2), train=12, gap=5).test) == 8


def test_with_an_automatic_gap_no_row_is_in_windows_of_two_parts(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(ROWS, target="row", steps=2, ahead=2, scale="none")
    data = work.load(section, model(timesteps=3, units=2), train=12, gap="auto")
    train, test = ({*np.asarray(part.x).ravel(), *part.y.ravel()} for part in (data.train, data.test))
    assert not train & test


def test_each_group_is_cut_by_itself_where_no_column_tells_the_time(work: Any, model: Callable[..., Signature]) -> None:
    text = "who,row\n" + "".join(f"{who},{row}\n" for row in range(10) for who in "ab")
    section = work.csv(text, target="row", group="who", scale="none")
    data = work.load(section, model(timesteps=2), test=0.4)
    assert answers_of(data.train) == [[2], [3], [4], [5]] * 2
    assert answers_of(data.test) == [[6], [7], [8], [9]] * 2


def test_a_group_too_small_for_a_count_of_rows_trains_whole(work: Any, model: Callable[..., Signature]) -> None:
    text = "who,row\n" + "".join(f"{who},{row}\n" for who, rows in (("a", 9), ("b", 3)) for row in range(rows))
    section = work.csv(text, target="row", group="who", scale="none")
    data = work.load(section, model(timesteps=2), train=5, test="rest")
    assert answers_of(data.train) == [[2], [3], [4], [2]]
    assert answers_of(data.test) == [[5], [6], [7], [8]]


def test_groups_without_a_window_are_counted(work: Any, model: Callable[..., Signature]) -> None:
    text = "who,row\n" + "".join(
        f"{who},{row}\n" for who, many in (("a", 9), ("b", 3), ("c", 4)) for row in range(many)
    )
    data = work.load(work.csv(text, target="row", group="who"), model(timesteps=3))
    assert data.notes == ("1 of 3 groups have no window, because a window needs 4 consecutive rows",)


@pytest.mark.parametrize("rows", [2, 5, 6, 7])
@pytest.mark.parametrize("validation", [0, 4])
def test_a_group_too_small_for_its_later_parts_tests_whole(
    work: Any, model: Callable[..., Signature], rows: int, validation: int
) -> None:
    text = "who,row\n" + "".join(f"{who},{row}\n" for who, many in (("a", 20), ("b", rows)) for row in range(many))
    section = work.csv(text, target="row", group="who", scale="none")
    data = work.load(section, model(timesteps=1), test=7, validation=validation)
    assert answers_of(data.test) == [*([row] for row in range(13, 20)), *([row] for row in range(1, rows))]


def test_strides_begin_anew_in_every_group(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("who,row\na,0\na,1\na,2\nb,3\nb,4\nb,5\n", target="row", group="who", stride=2, scale="none")
    assert rows_of(work.load(section, model()).train) == [[0], [3]]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(30, 50), min_size=1, max_size=3),
    st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(1, 3), st.integers(1, 3)),
    st.booleans(),
    st.sets(st.integers(0, 120), max_size=4),
)
def test_no_window_crosses_a_split_a_group_or_a_dropped_row(
    anew: Callable[[], Any],
    model: Callable[..., Signature],
    sizes: list[int],
    shape: tuple[int, int, int, int],
    per_step: bool,
    dropped: set[int],
) -> None:
    timesteps, ahead, steps, stride = shape
    steps = 1 if per_step else steps
    work, group_of = anew(), np.repeat(np.arange(len(sizes)), sizes)
    lines = [f"g{group},{row},{'' if row in dropped else 1}\n" for row, group in enumerate(group_of)]
    keys = {"ahead": ahead, "steps": steps, "stride": stride, "group": "g", "scale": "none", "missing": "drop"}
    section = work.csv("g,row,v\n" + "".join(lines), target="row", features=("v",), **keys)
    section = section.model_copy(update={"features": ("v", "row") if ahead else ("v",), "target": ("row",)})
    rows = model(timesteps, 2 if ahead else 1, steps, per_step=per_step)
    try:
        data = work.load(section, rows, validation=0.3, test=0.3)
    except SpecError as error:
        if error.diagnostics[0].name not in ("too-few-rows", "split-too-small"):
            raise
        return
    used, answered = set(), []
    for part in (data.test, data.validation, data.train):
        touched = part.y.reshape(len(part), -1)
        if ahead:
            touched = np.concatenate([np.asarray(part.x)[..., 1], touched], axis=1)
            last = np.asarray(part.x)[:, -1, 1]
            assert (touched.max(axis=1) == last + ahead + (0 if per_step else steps - 1)).all()
        touched = touched.astype(int)
        assert (group_of[touched] == group_of[touched[:, :1]]).all()
        between = [set(range(row.min(), row.max() + 1)) for row in touched]
        assert not any(rows & dropped for rows in between)
        assert not used & set(touched.ravel())  # nothing that is asked later
        used |= set(part.y.ravel().astype(int))
        answered.append(set(part.y.ravel().astype(int)))
    assert sum(map(len, answered)) == len(used)


def test_a_future_window_needs_no_rows_to_come(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", scale="none")
    signature = model(timesteps=3, features=2)
    learnt = work.load(section, signature).fitted
    path = work.write("new.csv", "row,square\n1,1\n2,4\n3,9\n4,16\n")
    part = work.load_file(section, path, signature, learnt, future=True)
    assert part.y is None
    assert np.asarray(part.x)[:, :, 0].tolist() == [[1, 2, 3], [2, 3, 4]]
    assert part.index.tolist() == [5, 6]  # line 6 is still to be written
    assert part.origin[:, 0].tolist() == [9, 16]
    known = work.load_file(section, path, signature, learnt)
    assert known.y.tolist() == [[16]]


def test_columns_that_an_embedding_reads_are_not_scaled(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", features=("row",))
    assert work.load(section, model(timesteps=2)).x_scaling is not None
    assert work.load(section, model(timesteps=2, tokens=True)).x_scaling is None


def test_another_file_may_lack_a_target_that_is_not_a_feature(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", features=("row",))
    signature = model(timesteps=2)
    learnt = work.load(section, signature).fitted
    part = work.load_file(section, work.write("new.csv", "row\n1\n2\n"), signature, learnt)
    assert (len(part), part.y, part.origin) == (1, None, None)


def test_a_change_needs_the_targets_last_value_in_another_file(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv(SQUARES, target="square", features=("row",), target_change=True)
    signature = model(timesteps=2)
    learnt = work.load(section, signature).fitted
    with pytest.raises(SpecError, match=r"`new\.csv` has no column `square`"):
        work.load_file(section, work.write("new.csv", "row\n1\n2\n"), signature, learnt)


def test_windows_drawn_at_random_come_with_a_warning(work: Any, model: Callable[..., Signature]) -> None:
    data = work.load(work.csv(SQUARES, target="square"), model(2, 2), by="random", test=3)
    assert len(data.test) == 3
    assert data.notes == (
        (
            "with `by: random`, windows of different sets share rows, so the scores will look too good; "
            "`by: time` avoids this"
        ),
    )


def test_whole_groups_of_windows_go_to_one_part(work: Any, model: Callable[..., Signature]) -> None:
    text = "who,row\n" + "".join(f"{who},{row}\n" for who in range(6) for row in range(who * 5, who * 5 + 5))
    section = work.csv(text, target="row", group="who", scale="none")
    data = work.load(section, model(timesteps=2), by="group", group="who", test=0.34)
    in_test = {row // 5 for window in rows_of(data.test) for row in window}
    assert len(in_test) == 2
    assert in_test.isdisjoint(row // 5 for window in rows_of(data.train) for row in window)


@pytest.mark.parametrize(
    ("timesteps", "split", "message"),
    [
        (10, {}, "the table has 10 rows, but one window needs 11 consecutive rows (10 of input and 1 after it)"),
        (
            4,
            {"train": 4, "test": "rest"},
            "the training set has 4 rows, but one window needs 5 consecutive rows (4 of input and 1 after it)",
        ),
    ],
)
def test_too_few_rows_are_counted(
    work: Any, model: Callable[..., Signature], timesteps: int, split: dict[str, Any], message: str
) -> None:
    section = work.csv(SQUARES, target="square", features=("row",))
    with pytest.raises(SpecError) as caught:
        work.load(section, model(timesteps), **split)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.name, diagnostic.message) == ("too-few-rows", message)


def test_the_published_pollution_protocol_gives_its_counts_and_its_persistence(
    shipped: Any, work: Any, model: Callable[..., Signature]
) -> None:
    """machinelearningmastery.com, multivariate forecasting with LSTMs: 43,800 hours, one year trains.

    The protocol takes 0 for what was not measured, also where it is predicted; 26.56 ug/m^3 is its persistence.
    """
    text = (shipped.folder / "pollution.csv").read_text(encoding="utf-8").replace("NA", "0")
    section = work.csv(text, target="pm2.5", features=("pm2.5",), time=("year", "month", "day", "hour"), skip=24)
    data = work.load(section, model(), train=8760, test="rest")
    assert len(data.train) == 8760 - 1
    assert len(data.test) == 43800 - 8760
    error = data.test.y.astype(np.float64) - data.test.origin
    assert round(float(np.sqrt((error**2).mean())), 2) == 26.56


def test_daily_temperatures_have_a_persistence_of_about_two_point_seven(
    shipped: Any, model: Callable[..., Signature]
) -> None:
    section = shipped.csv_of("daily-min-temperatures.csv", target="Temp", order="Date")
    data = shipped.load(section, model())
    assert len(data.train) == 3649
    error = data.train.y.astype(np.float64) - data.train.origin
    assert round(float(np.sqrt((error**2).mean())), 1) == 2.7


def test_windows_are_cut_out_of_the_table_when_they_are_read(work: Any, model: Callable[..., Signature]) -> None:
    windows = work.load(work.csv(SQUARES, target="square", scale="none", features=("row",)), model(timesteps=3)).train.x
    assert windows.matrix.size == 10  # the table's numbers, not three times as many
    assert [place.start for place, _ in windows.chunks()] == [0]
    assert windows.read(np.array([6, 0]))[..., 0].tolist() == [[6, 7, 8], [0, 1, 2]]


def test_scaling_counts_a_row_as_often_as_windows_hold_it(work: Any, model: Callable[..., Signature]) -> None:
    data = work.load(work.csv(SQUARES, target="square", features=("row",)), model(timesteps=3))
    rows = np.asarray(data.train.x).ravel()
    np.testing.assert_allclose([data.x_scaling.mean[0], data.x_scaling.variance[0]], [rows.mean(), rows.var()])

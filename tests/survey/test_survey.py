"""What is said of data, against figures counted by hand or by NumPy."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.survey.findings import Survey

Look = Callable[..., Survey]
CSV = "source: csv, path: table.csv"
FORECAST = "{kind: many-to-one, input: {timesteps: %d, features: %d}, recurrent: {units: 3}, outputs: 1}"
FRAMES = "{kind: cnn-lstm, input: {timesteps: %d, frame: [%d, %d, 1]}, cnn: [Flatten], recurrent: {units: 3}, %s}"
SIGMOID = "outputs: {units: 1, activation: sigmoid}"
SEQUENCES = f"{{kind: many-to-one, input: {{timesteps: null, features: null}}, recurrent: {{units: 3}}, {SIGMOID}}}"


def table(header: str, *rows: Sequence[Any]) -> str:
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def names(found: Survey) -> set[str]:
    return {each.name for each in found.warnings}


def test_columns_are_shown_as_they_are_in_the_files(look: Look) -> None:
    text = table("t,a,b", (1, 2, "x"), (2, "NA", "y"), (3, 4, "x"), (4, "", "y"), (5, 6, ""))
    encode = "encode: {b: {as: one-hot, values: [x, y]}}"
    found = look(f"{CSV}, order: t, target: a, {encode}, na_values: NA, missing: forward-fill", text)
    t, a, b = found.columns
    assert (t.role, a.role, b.role) == ("order", "feature, target", "feature")
    assert (a.missing, a.wrong, a.minimum, a.mean, a.maximum) == (2, 0, 2.0, 4.0, 6.0)
    assert a.deviation == pytest.approx(np.std([2, 4, 6]))
    assert (b.kind, b.missing, b.distinct, b.mean) == ("text", 1, 2, None)


def test_a_cell_that_stops_training_leaves_the_columns_to_be_seen(look: Look) -> None:
    found = look(f"{CSV}, target: a", table("a,b", (1, 2), ("", 3), (3, "?"), (4, 5)))
    assert [(each.name, each.missing, each.wrong) for each in found.columns] == [("a", 1, 0), ("b", 0, 1)]
    assert [each.name for each in found.faults] == ["not-a-number"]
    assert found.parts == ()


@pytest.mark.parametrize(
    ("header", "keys", "step", "repeated", "irregular"),
    [
        ("t", [(1,), (2,), (3,), (5,)], "1", 0, 1),
        ("t", [(0.5,), (1,), (1,), (1.5,)], "0.5", 1, 0),
        ("t", [("2010-01-30",), ("2010-01-31",), ("2010-02-01",), ("2010-02-03",)], "1 day", 0, 1),
        ("t", [("2010-01",), ("2010-02",), ("2010-03",), ("2010-04",)], "1 month", 0, 0),
        ("t", [("2010-01-01 00:00",), ("2010-01-01 00:15",), ("2010-01-01 00:30",), ("2010-01-01 00:45",)],
         "15 minutes", 0, 0),
        ("year,month,day,hour", [(2010, 2, 28, 22), (2010, 2, 28, 23), (2010, 3, 1, 0)], "1 hour", 0, 0),
        ("year,month", [(2009, 11), (2009, 12), (2010, 1), (2010, 2)], "1 month", 0, 0),
        ("t", [(0.1 * each,) for each in range(9)], "0.1", 0, 0),
        ("t", [("2009-01-31",), ("2009-02-28",), ("2009-03-31",), ("2009-04-30",)], "1 month", 0, 0),
        ("t", [("2009-02-01",), ("2009-05-01",), ("2009-08-01",), ("2010-02-01",)], "3 months", 0, 1),
        ("t", [("2007-01-01",), ("2008-01-01",), ("2009-01-01",), ("2010-01-01",)], "1 year", 0, 0),
        ("t", [("a",), ("b",), ("b",), ("c",)], "1", 1, 0),
    ],
)  # fmt: skip
def test_the_time_axis_is_read_from_the_columns_that_order_the_rows(
    look: Look, header: str, keys: list[tuple[Any, ...]], step: str, repeated: int, irregular: int
) -> None:
    order = f"[{header}]"
    text = table(f"{header},v", *((*key, place) for place, key in enumerate(keys)))
    found = look(f"{CSV}, order: {order}, target: v", text)
    assert found.timestamps is not None
    assert (found.timestamps.step, found.timestamps.repeated, found.timestamps.irregular) == (step, repeated, irregular)
    assert ("repeated-timestamps" in names(found)) == bool(repeated)
    assert ("irregular-timestamps" in names(found)) == bool(irregular)


def test_each_group_has_a_time_axis_of_its_own(look: Look) -> None:
    rows = [(hour, sensor, hour) for hour in range(4) for sensor in ("b", "a")]
    found = look(f"{CSV}, order: t, group: s, target: v", table("t,s,v", *rows))
    assert found.timestamps is not None
    assert (found.timestamps.step, found.timestamps.repeated) == ("1", 0)


def test_sequences_of_several_files_are_several_sequences(look: Look, tmp_path: Path) -> None:
    rows = [(walk, step, step, walk % 2) for walk in range(3) for step in range(3)]
    (tmp_path / "other.csv").write_text(table("w,t,v,y", *rows), encoding="utf-8")
    data = "source: csv, path: [table.csv, other.csv], layout: sequences, sequence: w, order: t, target: y"
    found = look(data, table("w,t,v,y", *rows), architecture=SEQUENCES)
    assert found.timestamps is not None
    assert found.timestamps.repeated == 0


def test_the_parts_follow_each_other_on_a_line(look: Look) -> None:
    rows = [(each,) for each in range(60)]
    found = look(f"{CSV}, target: v", table("v", *rows), split="{validation: 0.25, test: 0.5}")
    train, validation, test = found.parts
    assert train.shares[2:22] == (1.0,) * 20  # by the rows that windows of two rows answer
    assert validation.shares[22:30] == (1.0,) * 8
    assert test.shares[30:] == (1.0,) * 30
    assert [sum(each.shares) for each in found.parts] == [each.samples for each in found.parts]
    assert (train.first, test.last) == ("4", "61")  # lines of the rows predicted: the header is line 1


def test_features_have_the_figures_of_their_part(look: Look) -> None:
    values = np.random.default_rng(0).normal(size=(40, 2)).round(3)
    found = look(f"{CSV}, target: a", table("a,b", *values), split="{test: 0.5}")
    b = next(each for each in found.features if each.name == "b")
    train, test = values[:19, 1], values[18:39, 1]  # rows that windows hold: each predicts the row behind it
    for part, rows in (("train", train), ("test", test)):
        spread = b.parts[part]
        np.testing.assert_allclose(
            [spread.minimum, spread.mean, spread.maximum, spread.deviation],
            [rows.min(), rows.mean(), rows.max(), rows.std()],
            rtol=1e-5,
        )
    assert [each.name for each in found.features if each.is_target] == ["a"]


def test_sequences_show_their_lengths_and_nothing_of_their_padding(look: Look) -> None:
    rows = [(walk, 10 + step, walk % 2) for walk, length in enumerate((1, 3, 3, 4)) for step in range(length)]
    data = f"{CSV}, layout: sequences, sequence: w, target: y, scale: none, padding: -5"
    found = look(data, table("w,v,y", *rows), architecture=SEQUENCES)
    assert found.lengths is not None
    assert (found.lengths.minimum, found.lengths.mean, found.lengths.maximum) == (1, 2.75, 4)
    assert dict(zip(found.lengths.edges, found.lengths.counts, strict=False)) == {1: 1, 2: 0, 3: 2, 4: 1}
    assert found.features[0].parts["train"].minimum == 10
    assert found.classes == {"train": {"0": 2, "1": 2}}
    assert found.batch is not None
    assert found.batch.padded == pytest.approx(5 / 16)
    assert found.batch.x.minimum == 10
    assert [len(each.features["v"]) for each in found.glimpses] == [1, 3]  # the first of each class, less its padding


def test_a_batch_is_scaled_as_the_layers_read_it(look: Look) -> None:
    x = np.random.default_rng(0).normal(5, 3, (20, 4, 2)).astype("float32")
    found = look("source: npy, x: x.npy, y: y.npy, scale: standard", "", FORECAST % (4, 2), x=x, y=x[:, :1, 0])
    assert found.batch is not None
    scaled = (x - x.mean(axis=(0, 1))) / x.std(axis=(0, 1))
    assert found.batch.x_shape == (20, 4, 2)
    np.testing.assert_allclose([found.batch.x.mean, found.batch.x.deviation], [0, 1], atol=1e-5)
    np.testing.assert_allclose(found.batch.features["feature 1"], scaled[0, :, 1], rtol=1e-4)


@pytest.mark.parametrize(
    ("task", "architecture", "shown"),
    [
        ("moving-dot", FRAMES % (4, 8, 8, SIGMOID), "mean of the frame"),
        ("sine", FORECAST % (4, 1), "feature 0"),
    ],
)
def test_samples_that_are_made_up_can_be_looked_at(look: Look, task: str, architecture: str, shown: str) -> None:
    found = look(f"source: synthetic, task: {task}, samples: 10", "", architecture, split="{test: 0.2}")
    assert [set(each.features) for each in found.glimpses] == [{shown}] * len(found.glimpses)
    assert [(each.name, each.samples) for each in found.parts] == [("train", 8), ("test", 2)]


def test_a_feature_that_never_changes_is_named(look: Look) -> None:
    found = look(f"{CSV}, target: a", table("a,b,c", *((each, 7, each % 3) for each in range(9))))
    (warning,) = (each for each in found.warnings if each.name == "constant-feature")
    assert "`b`" in warning.message
    assert "`c`" not in warning.message


def test_a_part_whose_values_drift_away_is_named(look: Look) -> None:
    values = [each % 5 for each in range(40)] + [20 + each % 5 for each in range(20)]
    found = look(f"{CSV}, target: v", table("v", *((each,) for each in values)), split="{test: 20}")
    (warning,) = (each for each in found.warnings if each.name == "drift-between-parts")
    off = (np.mean(values[38:59]) - np.mean(values[:39])) / np.std(values[:39])  # the rows that windows hold
    assert f"`v` (mean +{off:.1f} sd)" in warning.message


def test_a_part_with_less_spread_does_not_drift(look: Look) -> None:
    values = [each % 20 for each in range(200)] + [9 + each % 3 for each in range(60)]
    found = look(f"{CSV}, target: v", table("v", *((each,) for each in values)), split="{test: 60}")
    assert [each.name for each in found.warnings if each.name == "drift-between-parts"] == []


def test_frames_that_two_parts_hold_are_counted(look: Look) -> None:
    x = np.random.default_rng(0).normal(size=(6, 2, 3, 3, 1)).astype("float32")
    architecture = FRAMES % (2, 3, 3, "outputs: 1")
    again = np.concatenate([x[4:], x[:1] + 1])
    data = "source: npy, x: x.npy, y: y.npy, test: {x: x2.npy, y: y2.npy}"
    found = look(data, "", architecture, x=x, y=np.zeros((6, 1)), x2=again, y2=np.zeros((3, 1)))
    assert any(each.message.startswith("2 of 3 samples of the test set") for each in found.warnings)


def test_a_column_that_is_feature_and_target_drifts_once(look: Look) -> None:
    rows = [(row % 3,) for row in range(30)] + [(50 + row % 3,) for row in range(20)]
    found = look(f"{CSV}, target: a, features: [a]", table("a", *rows), FORECAST % (2, 1), "{validation: 20}")
    (warning,) = (each for each in found.warnings if each.name == "drift-between-parts")
    assert "differs from the training set in 1 of 1 columns" in warning.message
    assert warning.message.count("`a`") == 1


ONE_OF_THREE = "{kind: many-to-one, input: {timesteps: 2, features: 1}, recurrent: {units: 3}, outputs: %s}"
THREE = ONE_OF_THREE % "{units: 3, activation: softmax}"


@pytest.mark.parametrize(
    ("by", "warns"), [("{by: time, validation: 0.3}", True), ("{by: random, validation: 0.3}", False)]
)
def test_a_part_of_one_class_is_named_where_samples_are_sorted_by_class(look: Look, by: str, warns: bool) -> None:
    x, y = np.random.default_rng(0).normal(size=(60, 2, 1)).astype("float32"), np.repeat([0, 1, 2], 20)
    found = look("source: npy, x: x.npy, y: y.npy", "", THREE, by, x=x, y=y).warnings
    told = ["class `2` makes up 100% of the validation set but 5% of the training set"] if warns else []
    assert [each.message for each in found if each.name == "drift-between-parts"] == told

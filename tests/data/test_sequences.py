"""Labelled sequences in long format."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.signature import Signature
from tdcli.sources.core.section import DataSection
from tdcli.text.errors import SpecError

STEPS = """sequence,a,b,label
s1,1,10,yes
s1,2,20,yes
s2,3,30,no
s1,4,40,yes
s3,5,50,no
s3,6,60,no
"""


def sequences(work: Any, text: str = STEPS, **keys: Any) -> DataSection:
    keys = {"layout": "sequences", "sequence": "sequence", "features": ("a", "b"), "target": "label", **keys}
    return work.csv(text, **keys)


def yes_or_no(model: Callable[..., Signature], timesteps: int | None = None, **rest: Any) -> Signature:
    return model(timesteps, 2, activation="sigmoid", mask_value=0.0, **rest)


def test_sequences_are_padded_at_the_end_to_the_longest(work: Any, model: Callable[..., Signature]) -> None:
    data = work.load(sequences(work, scale="none"), yes_or_no(model))
    assert data.train.x[..., 0].tolist() == [[1, 2, 4], [3, 0, 0], [5, 6, 0]]
    assert data.train.valid.tolist() == [[True] * 3, [True, False, False], [True, True, False]]
    assert data.train.y.tolist() == [1, 0, 0]  # sorted: no, yes
    assert data.train.index.tolist() == ["s1", "s2", "s3"]
    assert data.classes == ("no", "yes")


def test_the_order_of_the_classes_is_the_code(work: Any, model: Callable[..., Signature]) -> None:
    section = sequences(work, classes=("yes", "no"), class_names=("good", "bad"))
    data = work.load(section, yes_or_no(model))
    assert data.train.y.tolist() == [0, 1, 1]
    assert data.classes == ("good", "bad")
    assert data.fitted["classes"] == ["yes", "no"]


def test_scaling_sees_valid_steps_only(work: Any, model: Callable[..., Signature]) -> None:
    signature = model(None, 2, activation="sigmoid", mask_value=-99.0)
    data = work.load(sequences(work, padding=-99.0), signature)
    assert np.allclose(data.x_scaling.mean, [np.mean([1, 2, 3, 4, 5, 6]), 35])
    assert np.allclose(data.x_scaling.variance[0], np.var([1, 2, 3, 4, 5, 6]))
    assert data.train.x[1, 1].tolist() == [-99, -99]


def test_a_fixed_length_pads_and_cuts_and_reports_it(work: Any, model: Callable[..., Signature]) -> None:
    data = work.load(sequences(work), yes_or_no(model, timesteps=2))
    assert data.train.x[..., 0].tolist() == [[1, 2], [3, 0], [5, 6]]
    assert data.notes == ("truncated 1 of 3 sequences to 2 timesteps",)


def test_a_label_a_step_is_zero_where_padded(work: Any, model: Callable[..., Signature]) -> None:
    text = STEPS.replace("s1,2,20,yes", "s1,2,20,no")
    section = sequences(work, text, classes=("no", "yes"))
    data = work.load(section, model(None, 2, per_step=True, activation="sigmoid", mask_value=0.0))
    assert data.train.y.tolist() == [[1, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert data.train.y.dtype == np.int32


def test_numbers_a_step_are_scaled_on_valid_steps_and_zero_where_padded(
    work: Any, model: Callable[..., Signature]
) -> None:
    section = sequences(work, features=("a",), target="b")
    data = work.load(section, model(None, 1, per_step=True, mask_value=0.0))
    assert data.train.y[..., 0].tolist() == [[10, 20, 40], [30, 0, 0], [50, 60, 0]]
    assert np.allclose(data.y_scaling.mean, [35])


def test_the_order_column_orders_the_steps(work: Any, model: Callable[..., Signature]) -> None:
    text = "sequence,t,a,label\nx,2,20,1\nx,1,10,1\ny,1,30,0\n"
    section = sequences(work, text, order="t", features=None)
    data = work.load(section, model(None, 1, activation="sigmoid", mask_value=0.0))
    assert data.feature_names == ("a",)
    assert data.train.x[..., 0].tolist() == [[10, 20], [30, 0]]


def test_sequences_of_the_same_name_in_two_files_are_two(work: Any, model: Callable[..., Signature]) -> None:
    work.write("more.csv", STEPS)
    section = sequences(work).model_copy(update={"path": ("table.csv", "more.csv")})
    assert len(work.load(section, yes_or_no(model)).train) == 6


def test_a_group_of_sequences_goes_to_one_part(work: Any, model: Callable[..., Signature]) -> None:
    rows = [f"s{n},{n // 2},{n + 1},{n % 2}\n" for n in range(12)]
    section = sequences(work, "sequence,person,a,label\n" + "".join(rows), features=("a",))
    signature = model(None, 1, activation="sigmoid", mask_value=0.0)
    data = work.load(section, signature, by="group", group="person", test=0.5)
    people = [{(int(name[1:])) // 2 for name in part.index} for part in (data.train, data.test)]
    assert list(map(len, people)) == [3, 3]
    assert people[0].isdisjoint(people[1])


def test_another_file_is_read_with_the_learnt_classes(work: Any, model: Callable[..., Signature]) -> None:
    section, signature = sequences(work), yes_or_no(model)
    learnt = work.load(section, signature).fitted
    part = work.load_file(section, work.write("new.csv", "sequence,a,b,label\nq,1,1,yes\n"), signature, learnt)
    assert part.y.tolist() == [1]
    assert part.valid is None
    assert work.load_file(section, work.write("new.csv", "sequence,a,b\nq,1,1\n"), signature, learnt).y is None


def test_short_sequences_need_a_mask_at_a_known_number_of_timesteps_too(
    work: Any, model: Callable[..., Signature]
) -> None:
    section, how = sequences(work), {"activation": "sigmoid", "kind": "layers"}
    with pytest.raises(SpecError) as caught:
        work.load(section, model(3, 2, **how, stops_mask="Conv1D"))
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.name, diagnostic.why.rpartition("because ")[2]) == (
        "masking-missing",
        "`Conv1D` cannot skip timesteps",
    )
    assert (
        diagnostic.help[-1] == "or set the timesteps of the input to 1, which truncates all sequences to the shortest"
    )
    assert work.load(section, model(1, 2, **how)).train.valid is None


@pytest.mark.parametrize(
    ("keys", "text", "name", "message"),
    [
        (
            {},
            STEPS.replace("s1,4,40,yes", "s1,4,40,no"),
            "mixed-labels",
            "sequence `s1` has different values of `label`: yes and no",
        ),
        (
            {},
            STEPS.replace("2,20", "0,0"),
            "padding-in-data",
            "all features of sequence s1, timestep 2 equal the padding value 0",
        ),
        (
            {"classes": ("no", "maybe")},
            STEPS,
            "label-out-of-range",
            "label `yes` at line 2, column `label` of `table.csv` is not one of the 2 classes",
        ),
        (
            {},
            STEPS.replace("s2,3,30,no", "s2,3,30,maybe"),
            "class-mismatch",
            "the training set has 3 classes, but the model can predict only 2",
        ),
        (
            {},
            STEPS.replace("s2,3,30,no", "s2,3,30,"),
            "missing-cell",
            "line 4, column `label` of `table.csv` has no value",
        ),
        (
            {"skip": 5, "missing": "drop"},
            STEPS.replace("s3,6,60,no", "s3,6,,no"),
            "too-few-rows",
            "no sequence is left",
        ),
    ],
)
def test_bad_sequences_are_refused(
    work: Any, model: Callable[..., Signature], keys: dict[str, Any], text: str, name: str, message: str
) -> None:
    with pytest.raises(SpecError) as caught:
        work.load(sequences(work, text, **keys), yes_or_no(model))
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.name, diagnostic.message) == (name, message)
    assert diagnostic.help


def test_a_group_that_splits_a_sequence_is_refused(work: Any, model: Callable[..., Signature]) -> None:
    section = sequences(work, features=("a",))
    signature = model(None, 1, activation="sigmoid", mask_value=0.0)
    with pytest.raises(SpecError, match="sequence `s1` belongs to several groups of `b`"):
        work.load(section, signature, by="group", group="b", test=0.5)


def test_indoor_movement_is_parted_with_equal_class_shares(shipped: Any, model: Callable[..., Signature]) -> None:
    """314 sequences of 19 to 129 steps (shared/data/README.md)."""
    features = ("rss1", "rss2", "rss3", "rss4")
    keys = {"sequence": "sequence", "features": features, "target": "moved", "classes": (-1, 1)}
    section = shipped.csv_of("indoor_movement.csv", layout="sequences", class_names=("stays", "moves"), **keys)
    signature = model(None, 4, activation="sigmoid", mask_value=0.0)
    data = shipped.load(section, signature, stratify=True, validation=0.15, test=0.3)
    parts = (data.train, data.validation, data.test)
    assert sum(map(len, parts)) == 314
    assert len(data.test) == round(0.3 * 314)
    lengths = np.concatenate([part.valid.sum(axis=1) for part in parts])
    assert (lengths.min(), lengths.max(), lengths.sum()) == (19, 129, 13197)
    positive = sum(part.y.sum() for part in parts) / 314
    assert all(abs(part.y.sum() - positive * len(part)) <= 1 for part in parts)
    again = shipped.load(section, signature, stratify=True, validation=0.15, test=0.3)
    assert (again.test.index == data.test.index).all()
    other = shipped.load(section, signature, seed=1, stratify=True, validation=0.15, test=0.3)
    assert set(other.test.index) != set(data.test.index)


def test_a_table_of_sequences_has_no_target_of_another_length(work: Any, model: Callable[..., Signature]) -> None:
    section = work.csv("id,a,v\n1,1,2\n", layout="sequences", sequence="id", target="v")
    signature = model(timesteps=4, kind="encoder-decoder", output_shape=(None, 3, 1), own_steps=True)
    (diagnostic,) = work.diagnostics(section, signature)
    assert diagnostic.message == "a sequence has one target, or one per timestep, but the model outputs (batch, 3, 1)"

"""Arrays: parts, labels, padding, and what is wrong with the files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Dataset
from tdcli.signature import Signature
from tdcli.sources.core.section import DataSection
from tdcli.sources.core.target_fit import diagnose_target
from tdcli.text.errors import SpecError

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 4, 2)).astype(np.float32)


def refused(work: Any, section: DataSection, signature: Signature, **split: Any) -> Any:
    with pytest.raises(SpecError) as caught:
        work.load(section, signature, **split)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("y", "outputs", "message"),
    [
        (np.zeros((6, 7)), {}, "many-to-one outputs (batch, 1), but `y` is (batch, 7): did you mean `outputs: 7`?"),
        (np.zeros((6, 4)), {}, "many-to-one outputs (batch, 1), but `y` is (batch, 4): did you mean many-to-many?"),
        (
            np.zeros((6, 4, 1)),
            {},
            "many-to-one outputs (batch, 1), but `y` is (batch, 4, 1): did you mean many-to-many?",
        ),
        (
            np.zeros(6),
            {"per_step": True},
            "many-to-many outputs (batch, 4, 1), but `y` is (batch,): did you mean many-to-one?",
        ),
        (
            np.zeros((6, 4)),
            {"kind": "cnn-lstm"},
            "cnn-lstm outputs (batch, 1), but `y` is (batch, 4): did you mean cnn-lstm with `return_sequences: true`?",
        ),
        (
            np.zeros((6, 1)),
            {"kind": "cnn-lstm", "per_step": True},
            (
                "cnn-lstm with `return_sequences: true` outputs (batch, 4, 1), but `y` is (batch, 1): "
                "did you mean cnn-lstm without `return_sequences: true`?"
            ),
        ),
        (
            np.zeros((6, 4)),
            {"kind": "layers"},
            (
                "layers outputs (batch, 1), but `y` is (batch, 4): "
                "did you mean `return_sequences: true` in the last recurrent layer?"
            ),
        ),
        (
            np.zeros((6, 7, 1)),
            {},
            (
                "many-to-one outputs (batch, 1), but `y` is (batch, 7, 1): "
                "did you mean encoder-decoder with `output_timesteps: 7`?"
            ),
        ),
        (
            np.zeros((6, 7)),
            {"kind": "encoder-decoder", "output_shape": (None, 3, 1), "own_steps": True},
            "encoder-decoder outputs (batch, 3, 1), but `y` is (batch, 7): did you mean `output_timesteps: 7`?",
        ),
        (
            np.zeros(6),
            {"kind": "one-to-many", "output_shape": (None, 3, 1), "own_steps": True},
            "one-to-many outputs (batch, 3, 1), but `y` is (batch,): did you mean one-to-one?",
        ),
        (
            np.zeros((6, 7, 1)),
            {"kind": "layers", "output_shape": (None, 4, 1), "own_steps": True, "repeats": True},
            "layers outputs (batch, 4, 1), but `y` is (batch, 7, 1): did you mean `n: 7` in the `RepeatVector`?",
        ),
        (
            np.zeros((6, 4, 1)),
            {"kind": "layers", "output_shape": (None, 6, 1), "own_steps": True, "time_layer": ""},
            (
                "layers outputs (batch, 6, 1), but `y` is (batch, 4, 1): "
                "did you mean `- Cropping1D: {cropping: [0, 2]}` as the last layer?"
            ),
        ),
        (
            np.zeros((6, 4, 1)),
            {"kind": "layers", "output_shape": (None, 2, 1), "own_steps": True, "time_layer": ""},
            (
                "layers outputs (batch, 2, 1), but `y` is (batch, 4, 1): "
                "did you mean `padding: same` in the layers that make the output shorter?"
            ),
        ),
        (
            np.zeros(6),
            {"kind": "layers", "output_shape": (None, 2, 1), "own_steps": True, "time_layer": ""},
            (
                "layers outputs (batch, 2, 1), but `y` is (batch,): "
                "did you mean `- GlobalAveragePooling1D` before the last layer?"
            ),
        ),
        (
            np.zeros((6, 4)),
            {"kind": "layers", "time_layer": "Flatten"},
            "layers outputs (batch, 1), but `y` is (batch, 4): did you mean a model without its `Flatten`?",
        ),
        (np.zeros((6, 1, 1)), {}, "many-to-one outputs (batch, 1), but `y` is (batch, 1, 1)"),
        (
            np.zeros((6, 7, 2)),
            {"output_shape": (None, 3), "activation": "softmax"},
            (
                "many-to-one outputs (batch, 3), but `y` is (batch, 7, 2): did you mean encoder-decoder with "
                "`output_timesteps: 7` and `outputs: {units: 2, activation: softmax}`?"
            ),
        ),
        (
            np.zeros((6, 2, 2, 2)),
            {"output_shape": (None, 3), "activation": "softmax"},
            "many-to-one outputs (batch, 3), but `y` is (batch, 2, 2, 2)",
        ),
        (np.zeros((6, 2, 2, 2)), {}, "many-to-one outputs (batch, 1), but `y` is (batch, 2, 2, 2)"),
    ],
)
def test_a_target_of_another_shape_is_refused_with_the_kind_that_accepts_it(
    work: Any, model: Callable[..., Signature], y: np.ndarray, outputs: dict[str, Any], message: str
) -> None:
    work.save(x=X, y=y)
    (diagnostic,) = work.diagnostics(work.npy(), model(4, 2, **outputs))
    assert (diagnostic.key_path, diagnostic.name, diagnostic.message) == (("y",), "target-mismatch", message)


def test_one_answer_for_a_picture_is_pooled_over_both_axes(model: Callable[..., Signature]) -> None:
    places = replace(
        model(4, 2, kind="layers", time_layer=""), input_shape=(None, 8, 8, 3), output_shape=(None, 6, 6, 1)
    )
    diagnostic = diagnose_target((None, 1), places, ("y",))
    assert diagnostic is not None
    assert diagnostic.message.endswith("did you mean `- GlobalAveragePooling2D` before the last layer?")


def test_grey_frames_under_a_binary_crossentropy_are_numbers_where_they_hold_fractions(
    model: Callable[..., Signature],
) -> None:
    masks = model(4, 2, output_shape=(None, 8, 8, 1), activation="sigmoid", loss="binary_crossentropy")
    assert masks.takes == "classes"
    assert replace(masks, fractions=True).takes == "numbers"


def test_with_seven_steps_a_target_of_seven_is_one_a_step(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=np.zeros((6, 7, 2)), y=np.zeros((6, 7)))
    (diagnostic,) = work.diagnostics(work.npy(), model(7, 2))
    assert diagnostic.message == "many-to-one outputs (batch, 1), but `y` is (batch, 7): did you mean many-to-many?"


@pytest.mark.parametrize(
    ("shape", "name", "message"),
    [
        ((6, 4, 10), "features-mismatch", "the model is built for 5 features, but the data has 10"),
        ((6, 9, 5), "timesteps-mismatch", "the model is built for 4 timesteps, but the data has 9"),
        ((6, 5), "rank-mismatch", "the model takes (batch, time, features), but the data is (batch, 5)"),
        ((6, 4, 5, 5), "rank-mismatch", "the model takes (batch, time, features), but the data is (batch, 4, 5, 5)"),
    ],
)
def test_an_input_of_another_shape_is_refused_with_a_reason(
    work: Any, model: Callable[..., Signature], shape: tuple[int, ...], name: str, message: str
) -> None:
    work.save(x=np.zeros(shape), y=np.zeros(6))
    (diagnostic,) = work.diagnostics(work.npy(), model(4, 5))
    assert (diagnostic.key_path, diagnostic.name, diagnostic.message) == (("x",), name, message)
    assert diagnostic.help


def test_other_lengths_are_refused_by_the_numbers_of_samples(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.zeros(5), lengths=np.zeros((6, 2), int))
    first, second = work.diagnostics(work.npy(lengths="lengths.npy"), model(4, 2))
    assert (first.key_path, first.message) == (("y",), "`x` has 6 samples, but `y` has 5")
    assert (second.key_path, second.message) == (("lengths",), "`lengths` must have the shape (batch,), got (batch, 2)")


def test_files_that_are_missing_or_empty_are_named_with_the_nearest(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, labels=np.zeros(6))
    (work.folder / "empty.npy").touch()
    (diagnostic,) = work.diagnostics(work.npy(y="label.npy"), model(4, 2))
    assert diagnostic.message == f"cannot read `{work.folder / 'label.npy'}`: No such file or directory"
    assert diagnostic.help == (f"did you mean `{work.folder / 'labels.npy'}`?",)
    (diagnostic,) = work.diagnostics(work.npy(y="empty.npy"), model(4, 2))
    assert diagnostic.message == f"`{work.folder / 'empty.npy'}` is empty"
    (diagnostic,) = work.diagnostics(work.npy(y="."), model(4, 2))
    assert diagnostic.message == f"`{work.folder}` is a folder, not a file"


def test_faults_of_a_test_part_lead_to_its_keys(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.zeros(6), wide=np.zeros((6, 4, 3)))
    section = work.npy(test={"x": "wide.npy", "y": "y.npy"}, validation={"x": "gone.npy", "y": "y.npy"})
    assert [diagnostic.key_path for diagnostic in work.diagnostics(section, model(4, 2))] == [("validation", "x")]
    section = work.npy(test={"x": "wide.npy", "y": "y.npy"})
    assert [diagnostic.key_path for diagnostic in work.diagnostics(section, model(4, 2))] == [("test", "x")]


def test_text_labels_for_a_model_of_numbers_are_refused(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.array(["a"] * 6))
    (diagnostic,) = work.diagnostics(work.npy(), model(4, 2))
    assert diagnostic.message == "the model outputs numbers, but `y` holds text"


def softmax(model: Callable[..., Signature], units: int = 3, **rest: Any) -> Signature:
    return model(4, 2, units, activation="softmax", **rest)


@pytest.mark.parametrize(
    "y",
    [
        [0, 2, 1, 0, 2, 1],
        [0.0, 2.0, 1.0, 0.0, 2.0, 1.0],
        np.eye(3)[[0, 2, 1, 0, 2, 1]],
        ["a", "c", "b", "a", "c", "b"],
    ],
)
def test_labels_become_codes_however_they_are_written(work: Any, model: Callable[..., Signature], y: Any) -> None:
    work.save(x=X, y=y)
    data = work.load(work.npy(), softmax(model))
    assert data.train.y.tolist() == [0, 2, 1, 0, 2, 1]
    assert data.train.y.dtype == np.int32


def test_names_of_classes_are_labels_as_well(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=["lie", "sit", "stand", "lie", "sit", "stand"])
    data = work.load(work.npy(class_names=("stand", "sit", "lie")), softmax(model))
    assert data.train.y.tolist() == [2, 1, 0, 2, 1, 0]
    assert data.classes == ("stand", "sit", "lie")


@pytest.mark.parametrize(
    ("y", "units", "message"),
    [
        ([0, 1, 2, 3, 0, 1], 3, "label `3` at sample 3 of `{y}` is not one of the 3 classes"),
        ([0, 1, -1, 1, 0, 1], 3, "label `-1` at sample 2 of `{y}` is not one of the 3 classes"),
        ([0, 1, 0.5, 1, 0, 1], 3, "label `0.5` at sample 2 of `{y}` is not one of the 3 classes"),
        ([0, 1, 1, 2, 0, 1], 1, "label `2` at sample 3 of `{y}` is not one of the 2 classes"),
        (np.eye(3)[[0, 1, 2, 0, 1, 2]] * 0.5, 3, "the target of sample 0 of `{y}` is not one-hot"),
        (["a", "b", "c", "d", "a", "b"], 3, "the training set has 4 classes, but the model can predict only 3"),
    ],
)
def test_labels_out_of_range_are_named_by_their_sample(
    work: Any, model: Callable[..., Signature], y: Any, units: int, message: str
) -> None:
    work.save(x=X, y=y)
    signature = softmax(model, units) if units > 1 else model(4, 2, activation="sigmoid")
    diagnostic = refused(work, work.npy(), signature)
    assert diagnostic.message == message.format(y=work.folder / "y.npy")


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"class_names": ("a", "b")}, "the data has 2 classes, but the model distinguishes 3"),
        (
            {"classes": (1, 2, 3), "class_names": ("a", "b", "c", "d")},
            "the data has 4 classes, but the model distinguishes 3",
        ),
    ],
)
def test_listed_classes_must_be_as_many_as_the_outputs(
    work: Any, model: Callable[..., Signature], keys: dict[str, Any], message: str
) -> None:
    work.save(x=X, y=np.zeros(6))
    assert message in [diagnostic.message for diagnostic in work.diagnostics(work.npy(**keys), softmax(model))]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_and_infinity_are_named_by_sample_and_step(
    work: Any, model: Callable[..., Signature], value: float
) -> None:
    x = X.copy()
    x[4, 2, 1] = value
    work.save(x=x, y=np.zeros(6))
    what = "NaN" if np.isnan(value) else "infinity"
    diagnostic = refused(work, work.npy(), model(4, 2))
    assert diagnostic.message == f"sample 4, timestep 2 of `{work.folder / 'x.npy'}` contains {what}"
    work.save(x=X, y=[0, 0, 0, value, 0, 0])
    assert refused(work, work.npy(), model(4, 2)).name == "not-finite"


@pytest.mark.parametrize("per_step", [False, True])
@pytest.mark.parametrize("filler", [0.0, 1e6, np.nan])
def test_nothing_depends_on_values_beyond_the_lengths(
    work: Any, model: Callable[..., Signature], per_step: bool, filler: float
) -> None:
    lengths = np.array([4, 2, 3, 1, 4, 2])
    padded = np.arange(4) >= lengths[:, None]
    signature = model(4, 2, per_step=per_step, mask_value=0.0)

    def loaded(filler: float) -> Dataset:
        x, y = X.copy(), RNG.spawn(1)[0].standard_normal((6, 4)) * 0 + np.arange(24).reshape(6, 4)
        x[padded], y[padded] = filler, filler
        work.save(x=x, y=y if per_step else y[:, 0], lengths=lengths)
        return work.load(work.npy(lengths="lengths.npy", scale="standard"), signature, test=2)

    plain, dirty = loaded(0.0), loaded(filler)
    for one, other in ((plain.train, dirty.train), (plain.test, dirty.test)):
        assert (one.x == other.x).all()
        assert (one.y == other.y).all()
        assert (one.valid == other.valid).all()
        assert (one.x[~one.valid] == 0).all()
    assert (plain.x_scaling.mean == dirty.x_scaling.mean).all()
    assert (plain.y_scaling.variance == dirty.y_scaling.variance).all()
    valid = plain.train.x[plain.train.valid].astype(np.float64)
    assert np.allclose(plain.x_scaling.mean, valid.mean(axis=0), atol=1e-6)


def test_labels_beyond_the_lengths_need_not_be_classes(work: Any, model: Callable[..., Signature]) -> None:
    y = np.array([[0, 1, -1, -1]] * 6)
    work.save(x=X, y=y, lengths=[2] * 6)
    data = work.load(
        work.npy(lengths="lengths.npy"), model(4, 2, 3, per_step=True, activation="softmax", mask_value=0.0)
    )
    assert data.train.y.tolist() == [[0, 1, 0, 0]] * 6


def test_without_lengths_steps_that_hold_the_mask_value_are_padding(work: Any, model: Callable[..., Signature]) -> None:
    x = X.copy()
    x[1, 2:] = 0
    work.save(x=x, y=np.zeros(6))
    data = work.load(work.npy(), model(None, 2, mask_value=0.0))
    assert data.train.valid.sum(axis=1).tolist() == [4, 2, 4, 4, 4, 4]
    assert work.load(work.npy(), model(4, 2)).train.valid is None


@pytest.mark.parametrize(
    ("lengths", "x", "name", "message"),
    [
        (
            [4, 5, 4, 4, 4, 4],
            X,
            "data-length-mismatch",
            "`{lengths}` gives sample 1 a length of 5, but samples have 4 timesteps",
        ),
        (
            [4, 4, 0, 4, 4, 4],
            X,
            "data-length-mismatch",
            "`{lengths}` gives sample 2 a length of 0, but samples have 4 timesteps",
        ),
        ([4] * 6, X * 0, "padding-in-data", "all features of sequence 0, timestep 1 equal the padding value 0"),
        (None, X * 0, "padding-in-data", "sample 0 contains only the padding value"),
    ],
)
def test_lengths_and_padding_that_contradict_the_data_are_refused(
    work: Any, model: Callable[..., Signature], lengths: list[int] | None, x: np.ndarray, name: str, message: str
) -> None:
    work.save(x=x, y=np.zeros(6), lengths=lengths or [4] * 6)
    section = work.npy(lengths="lengths.npy" if lengths else None)
    diagnostic = refused(work, section, model(4, 2, mask_value=0.0))
    paths = {key: work.folder / f"{key}.npy" for key in ("x", "lengths")}
    assert (diagnostic.name, diagnostic.message) == (name, message.format(**paths))


def test_padding_must_be_what_the_model_masks(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.zeros(6))
    (diagnostic,) = work.diagnostics(work.npy(padding=-1.0), model(4, 2, mask_value=0.0))
    assert diagnostic.message == "padded timesteps hold -1, but the model masks timesteps that hold 0"


def test_pixels_are_scaled_to_zero_to_one(work: Any, model: Callable[..., Signature]) -> None:
    frames = np.full((4, 2, 3, 3, 1), 255, np.uint8)
    work.save(x=frames, y=np.zeros(4))
    signature = type(model())("cnn-lstm", (None, 2, 3, 3, 1), (None, 1))
    data = work.load(work.npy(scale="pixels"), signature)
    assert data.train.x.max() == 255
    assert data.x_scaling.scaled(data.train.x).max() == 1
    assert data.y_scaling is None


def test_token_numbers_stay_whole_and_are_not_scaled(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=np.arange(8).reshape(4, 2), y=np.zeros(4))
    signature = type(model())("layers", (None, 2), (None, 1))
    assert work.load(work.npy(), signature).train.x.dtype == np.int32
    (diagnostic,) = work.diagnostics(work.npy(scale="standard"), signature)
    assert diagnostic.message == "`scale: standard` needs features, but the model takes one number per timestep"


def test_several_tokens_a_step_are_tokens_as_well(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=np.arange(24).reshape(4, 3, 2), y=np.zeros(4))
    signature = model(3, 2, tokens=True)
    assert work.load(work.npy(), signature).train.x.dtype == np.int32
    (diagnostic,) = work.diagnostics(work.npy(scale="standard"), signature)
    assert diagnostic.message == "`scale: standard` needs features, but the model takes token ids"


def test_numbers_of_one_output_may_lack_the_last_axis(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.arange(6.0))
    data = work.load(work.npy(scale="minmax"), model(4, 2))
    assert data.train.y.shape == (6, 1)
    assert (data.y_scaling.mean.tolist(), data.y_scaling.variance.tolist()) == ([0], [25])


def test_basic_motions_has_equal_classes_in_every_part(shipped: Any, model: Callable[..., Signature]) -> None:
    """40 + 40 sequences, 10 a class, sorted by class (shared/data/README.md)."""
    folder = "basic_motions/"
    section = shipped.npy(
        x=folder + "x_train.npy",
        y=folder + "y_train.npy",
        test={"x": folder + "x_test.npy", "y": folder + "y_test.npy"},
        class_names=("standing", "running", "walking", "badminton"),
    )
    signature = model(100, 6, 4, activation="softmax")
    data = shipped.load(section, signature, by="given", validation=0.2, stratify=True)
    counts = [np.bincount(part.y).tolist() for part in (data.train, data.validation, data.test)]
    assert counts == [[8] * 4, [2] * 4, [10] * 4]
    assert data.classes == ("standing", "running", "walking", "badminton")
    assert [path.name for path in data.files] == ["x_train.npy", "y_train.npy", "x_test.npy", "y_test.npy"]
    part = shipped.load_file(
        section, shipped.folder / folder / "x_test.npy", signature, data.fitted, shipped.folder / folder / "y_test.npy"
    )
    assert (part.y == data.test.y).all()
    assert shipped.load_file(section, shipped.folder / folder / "x_test.npy", signature, data.fitted).y is None


def test_arrays_cannot_be_split_by_groups(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.zeros(6))
    diagnostic = refused(work, work.npy(), model(4, 2), by="group", group="person", test=2)
    assert diagnostic.message == "`by: group` needs a group for each sample"


def test_another_file_of_another_shape_is_refused(work: Any, model: Callable[..., Signature]) -> None:
    work.save(x=X, y=np.zeros(6), wide=np.zeros((2, 4, 3)))
    with pytest.raises(SpecError, match="the model is built for 2 features, but the data has 3"):
        work.load_file(work.npy(), Path(work.folder / "wide.npy"), model(4, 2), {})

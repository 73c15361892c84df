"""Synthetic tasks: shapes that follow the model, the same samples for the same seed, answers that are true."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Dataset
from tdcli.data.load import FileRequest, LoadRequest, load_file
from tdcli.data.load import load as load_data
from tdcli.signature import Signature
from tdcli.sources.core.registry import read_data_section
from tdcli.sources.core.split import Split
from tdcli.sources.synthetic import find_task, task_names
from tdcli.text.errors import SpecError

FIFTHS = [0.0, 0.2, 0.4, 0.6, 0.8]

MODELS = {
    "random-video": Signature("cnn-lstm", (None, 4, 6, 6, 3), (None, 2), "softmax"),
    "moving-dot": Signature("cnn-lstm", (None, 4, 6, 6, 1), (None, 4), "softmax"),
    "sine": Signature("many-to-one", (None, 12, 2), (None, 3)),
    "pressure-grid": Signature("cnn-lstm", (None, 4, 5, 5, 1), (None, 2), "softmax"),
    "volume-series": Signature("cnn-lstm", (None, 4, 6, 6, 6, 1), (None, 1), "sigmoid"),
}


def load(task: str, signature: Signature, seed: int = 0, split: Split | None = None, **arguments: Any) -> Dataset:
    section = read_data_section({"source": "synthetic", "task": task, **arguments})
    return load_data(section, LoadRequest(Path(), signature, split or Split(), seed))


def test_the_folder_lists_the_tasks() -> None:
    assert {"echo", *MODELS} <= set(task_names())
    assert list(task_names()) == sorted(task_names())
    assert all(find_task(name) for name in task_names())


@pytest.mark.parametrize(
    ("signature", "x_shape", "y_shape"),
    [
        (Signature("one-to-one", (None, 1, 1), (None, 1)), (5, 1, 1), (5, 1)),
        (Signature("many-to-one", (None, 5, 1), (None, 5)), (1, 5, 1), (1, 5)),
        (Signature("many-to-many", (None, 5, 1), (None, 5, 1)), (1, 5, 1), (1, 5, 1)),
    ],
)
def test_echo_is_the_tutorials_sequence_in_the_shape_of_the_model(
    signature: Signature, x_shape: tuple[int, ...], y_shape: tuple[int, ...]
) -> None:
    part = load("echo", signature).train
    assert (part.x.shape, part.y.shape) == (x_shape, y_shape)
    assert np.allclose(part.x.ravel(), FIFTHS)
    assert np.allclose(part.y.ravel(), FIFTHS)


def test_echo_of_another_length_than_the_models_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        load("echo", Signature("many-to-one", (None, 5, 1), (None, 3)))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.message == (
        "`echo` of length 5 generates `x` (1, 5, 1) and `y` (1, 5), which do not fit the model"
    )
    assert diagnostic.why == "the model maps (batch, 5, 1) to (batch, 3)"


def test_a_step_of_echo_that_a_mask_would_hide_is_refused() -> None:
    with pytest.raises(SpecError, match="equal the padding value 0"):
        load("echo", Signature("many-to-many", (None, None, 1), (None, None, 1), mask_value=0.0))


@pytest.mark.parametrize("task", MODELS)
def test_samples_have_the_models_shape_and_come_back_for_the_same_seed(task: str) -> None:
    signature, split = MODELS[task], Split(validation=0.25)
    data, again, other = (load(task, signature, seed, split, samples=40) for seed in (3, 3, 4))
    assert data.train.x.shape == (30, *signature.input_shape[1:])
    assert data.train.x.dtype == np.float32
    assert len(data.validation) == 10
    assert (data.train.x == again.train.x).all()
    assert (data.train.y == again.train.y).all()
    everything = [np.sort(load(task, signature, seed, samples=40).train.x, axis=None) for seed in (3, 4)]
    assert not np.array_equal(data.train.x, other.train.x)
    assert not np.array_equal(*everything)


@pytest.mark.parametrize("task", ["random-video", "moving-dot", "pressure-grid", "volume-series"])
def test_a_model_that_answers_every_step_gets_a_label_a_step(task: str) -> None:
    one = MODELS[task]
    signature = Signature("cnn-lstm", one.input_shape, (None, 4, one.units), one.activation)
    assert load(task, signature, samples=5).train.y.shape == (5, 4)


def test_the_dot_moves_the_way_its_label_says() -> None:
    data = load("moving-dot", MODELS["moving-dot"], samples=200, noise=0.0)
    rows, columns = (data.train.x[..., 0].any(axis=axis).argmax(axis=-1) for axis in (3, 2))
    moves = np.stack([np.diff(rows, axis=1), np.diff(columns, axis=1)], axis=-1) % 6
    expected = {"left": (0, 5), "right": (0, 1), "up": (5, 0), "down": (1, 0)}
    assert set(data.train.y) == {0, 1, 2, 3}
    for code, name in enumerate(data.classes):
        assert (moves[data.train.y == code] == expected[name]).all()
    assert (data.train.x.sum(axis=(2, 3, 4)) == 1).all()


def test_a_sine_goes_on_and_its_origin_is_the_last_value() -> None:
    data = load("sine", MODELS["sine"], samples=30, noise=0.0).train
    wave = np.concatenate([data.x[..., 0], data.y], axis=1).astype(np.float64)
    # sin(a + d) + sin(a - d) = 2 cos(d) sin(a), so the ratio is the same all along a wave
    ratio = (wave[:, 2:] + wave[:, :-2])[np.abs(wave[:, 1:-1]) > 0.2] / wave[:, 1:-1][np.abs(wave[:, 1:-1]) > 0.2]
    assert (ratio > 2 * np.cos(2 * np.pi * 0.1) - 1e-3).all()
    assert (ratio < 2).all()
    assert (data.origin == data.x[:, -1:, 0]).all()
    every = load("sine", Signature("many-to-many", (None, 12, 1), (None, 12, 1)), noise=0.0).train
    assert (every.y[:, :-1, 0] == every.x[:, 1:, 0]).all()
    assert (every.origin == every.x).all()


def test_a_lump_grows_or_shrinks_and_its_mean_size_does_not_tell_which() -> None:
    data = load("volume-series", MODELS["volume-series"], samples=100, noise=0.0)
    mass = data.train.x.sum(axis=(2, 3, 4, 5))
    assert data.classes == ("shrinks", "grows")
    assert ((mass[:, -1] > mass[:, 0]) == data.train.y.astype(bool)).all()
    means = [mass[data.train.y == code].mean() for code in (0, 1)]
    assert abs(means[0] - means[1]) < mass.std() / 2


def test_sitting_presses_the_middle_of_the_mat_more_than_standing_does() -> None:
    data = load("pressure-grid", MODELS["pressure-grid"], samples=100, noise=0.0)
    share = data.train.x[:, :, 2, 2, 0].sum(axis=1) / data.train.x[:, :, 2, :, 0].sum(axis=(1, 2))
    standing, sitting = (share[data.train.y == code].mean() for code in (0, 1))
    assert standing < sitting
    force = data.train.x.sum(axis=(1, 2, 3, 4))
    assert abs(force[data.train.y == 0].mean() / force[data.train.y == 1].mean() - 1) < 0.1


@pytest.mark.parametrize(
    ("task", "signature", "message"),
    [
        ("sine", MODELS["moving-dot"], "`sine` needs features as input and numbers as outputs"),
        (
            "sine",
            Signature("many-to-many", (None, 5, 1), (None, 5, 2)),
            "`sine` needs one number per timestep as output",
        ),
        (
            "moving-dot",
            MODELS["sine"],
            "`moving-dot` needs frames: `frame: [8, 8, 1]` with `kind: cnn-lstm`",
        ),
        (
            "moving-dot",
            Signature("cnn-lstm", (None, 4, 2, 8, 1), (None, 2), "softmax"),
            "`moving-dot` needs at least 2 timesteps, and frames of at least 3 pixels along each axis",
        ),
        (
            "moving-dot",
            Signature("cnn-lstm", (None, 4, 8, 8, 1), (None, 5), "softmax"),
            "`moving-dot` has 2 to 4 classes, but the model distinguishes 5",
        ),
        (
            "pressure-grid",
            Signature("cnn-lstm", (None, 4, 5, 5, 1), (None, 2)),
            (
                "`pressure-grid` has classes as targets, but the model outputs numbers; "
                "classes need softmax or a single sigmoid unit"
            ),
        ),
        (
            "pressure-grid",
            MODELS["volume-series"],
            "`pressure-grid` needs frames of at least 3 x 3 sensors, such as `frame: [5, 5, 1]`",
        ),
        (
            "volume-series",
            MODELS["pressure-grid"],
            "`volume-series` needs at least 2 timesteps of scans such as `frame: [8, 8, 8, 1]`",
        ),
        (
            "echo",
            MODELS["random-video"],
            "`echo` has numbers as targets, but the model outputs classes; remove the `activation` of the outputs",
        ),
    ],
)
def test_a_task_that_the_model_cannot_learn_is_refused_with_a_reason(
    task: str, signature: Signature, message: str
) -> None:
    section = read_data_section({"source": "synthetic", "task": task})
    (diagnostic,) = section.check(section.inspect(Path()), signature)
    assert (diagnostic.key_path, diagnostic.name, diagnostic.message) == (("task",), "task-mismatch", message)


def test_arrays_can_be_read_for_a_model_that_was_trained_on_a_task(tmp_path: Path) -> None:
    section = read_data_section({"source": "synthetic", "task": "sine"})
    np.save(tmp_path / "x.npy", np.zeros((2, 12, 2)))
    part = load_file(section, FileRequest(tmp_path / "x.npy"), MODELS["sine"], {})
    assert (len(part), part.y) == (2, None)

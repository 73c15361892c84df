"""Outputs that cannot reach the targets, and losses that make no sense of them, are told once the data are read."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tdcli.data.dataset import Dataset
from tdcli.signature import Signature
from tdcli.text.errors import SpecError

X = np.random.default_rng(0).normal(size=(200, 4, 2))


def refusal(
    work: Any,
    model: Callable[..., Signature],
    y: Any,
    activation: str | None = None,
    loss: str = "mse",
    units: int = 1,
    **keys: Any,
) -> Any:
    work.save(x=X, y=y)
    with pytest.raises(SpecError) as caught:
        work.load(work.npy(**keys), model(4, 2, units, activation=activation, loss=loss))
    (diagnostic,) = caught.value.diagnostics
    return diagnostic


def taken(
    work: Any,
    model: Callable[..., Signature],
    y: Any,
    activation: str | None = None,
    loss: str = "mse",
    units: int = 1,
    **keys: Any,
) -> Dataset:
    work.save(x=X, y=y)
    return work.load(work.npy(**keys), model(4, 2, units, activation=activation, loss=loss))


NOISE = np.random.default_rng(1).normal(size=200)


@pytest.mark.parametrize(
    ("activation", "y", "message"),
    [
        ("relu", NOISE, "`relu` outputs are 0 or more, but the target ranges from {low} to {high}"),
        ("sigmoid", 66 + 64 * (NOISE > 0), "`sigmoid` outputs are from 0 to 1, but the target ranges from 66 to 130"),
        ("tanh", 2 * NOISE, "`tanh` outputs are from -1 to 1, but the target ranges from {low} to {high}"),
        ("softplus", -np.exp(NOISE), "`softplus` outputs are 0 or more"),
        ("log_sigmoid", np.exp(NOISE), "`log_sigmoid` outputs are 0 or less"),
    ],
)
def test_a_target_beyond_the_outputs_is_refused_with_how_far_off_they_stay(
    work: Any, model: Callable[..., Signature], activation: str, y: np.ndarray, message: str
) -> None:
    found = refusal(work, model, y, activation)
    assert found.name == "target-mismatch"
    assert found.message.startswith(message.format(low=f"{y.min():.4g}", high=f"{y.max():.4g}"))
    bounds = {"relu": (0, None), "softplus": (0, None), "sigmoid": (0, 1), "tanh": (-1, 1), "log_sigmoid": (None, 0)}
    least = np.sqrt(np.mean((y - np.clip(y, *bounds[activation])) ** 2))
    assert found.why == f"with these outputs, the RMSE cannot fall below {least:.3g}"
    assert found.help[0] == "write `outputs: 1` to predict numbers of any size"


@pytest.mark.parametrize(
    ("activation", "y"),
    [
        (None, 100 * NOISE),
        ("relu", np.abs(NOISE)),
        ("sigmoid", NOISE > 0),
        ("tanh", np.tanh(NOISE)),
        ("elu", np.maximum(NOISE, -1)),
        ("relu", np.where(NOISE > 0, 300 * NOISE, -2)),  # a light sensor at night
    ],
)
def test_a_target_that_the_outputs_reach_or_nearly_is_taken(
    work: Any, model: Callable[..., Signature], activation: str | None, y: np.ndarray
) -> None:
    assert taken(work, model, y, activation).y_scaling is None


def test_a_few_values_beyond_the_outputs_are_a_remark(work: Any, model: Callable[..., Signature]) -> None:
    y = np.where(NOISE > 0, 300 * NOISE, -2)
    share = np.mean(y < 0)
    (note,) = taken(work, model, y, "relu").notes
    assert note == f"a share of {share:.2g} of the targets is out of range, because the outputs are 0 or more"


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh", "hard_sigmoid"])
def test_a_target_scaled_from_0_to_1_is_learnt_by_outputs_that_reach_both(
    work: Any, model: Callable[..., Signature], activation: str
) -> None:
    """As NumPy scales it."""
    y = 66 + 64 * np.random.default_rng(2).random(200)
    data = taken(work, model, y, activation, scale="minmax")
    learnt = data.learnt_target(data.train)
    assert np.allclose(learnt[:, 0], (y - y.min()) / (y.max() - y.min()), atol=1e-5)
    assert "write `scale: minmax` in `data`" in refusal(work, model, y - 100, activation).help[1]


def test_a_loss_that_reads_the_values_themselves_has_them_as_they_are(
    work: Any, model: Callable[..., Signature]
) -> None:
    counts = np.random.default_rng(3).poisson(5, 200)
    for loss in ("poisson", "msle", "mape"):
        assert taken(work, model, counts + 1, "softplus", loss, scale="standard").y_scaling is None
    assert taken(work, model, np.sign(NOISE), None, "hinge", scale="standard").y_scaling is None
    assert taken(work, model, counts, None, "huber", scale="standard").y_scaling is not None


@pytest.mark.parametrize(
    ("loss", "y", "activation", "message"),
    [
        ("hinge", np.arange(200) % 3, "tanh", "`hinge` needs the labels -1 and 1, or 0 and 1, but the target has `2`"),
        ("squared_hinge", np.arange(200) % 3 - 1, "tanh", "`squared_hinge` needs the labels -1 and 1, or 0 and 1"),
        ("msle", NOISE, None, "`msle` needs targets of 0 or more, but the smallest is -2.711"),
    ],
)
def test_a_loss_wants_its_own_targets(
    work: Any, model: Callable[..., Signature], loss: str, y: np.ndarray, activation: str | None, message: str
) -> None:
    assert refusal(work, model, y, activation, loss).message.startswith(message)


@pytest.mark.parametrize("labels", [(-1, 1), (0, 1)])
def test_hinge_takes_both_spellings_of_two_labels(
    work: Any, model: Callable[..., Signature], labels: tuple[int, ...]
) -> None:
    assert taken(work, model, np.where(NOISE > 0, *labels), "tanh", "hinge")


def test_the_divergence_of_distributions_wants_rows_that_sum_to_one(work: Any, model: Callable[..., Signature]) -> None:
    y = np.random.default_rng(4).dirichlet([1, 1, 1], 200)
    assert taken(work, model, y, "softmax", "kl_divergence", 3)
    y[7] *= 0.4
    message = "`kl_divergence` needs targets that sum to 1, but row 7 sums to 0.4"
    assert refusal(work, model, y, "softmax", "kl_divergence", 3).message == message


def test_targets_of_zero_get_a_remark_under_a_percentage_loss(work: Any, model: Callable[..., Signature]) -> None:
    (note,) = taken(work, model, np.where(NOISE > 1, 0, 5), None, "mape").notes
    assert note.startswith(f"{(NOISE > 1).sum()} of 200 targets are 0; `mape` divides by 1e-07 for them")


@pytest.mark.parametrize(
    ("y", "units", "help"),
    [
        (np.arange(200) % 2 * 2 - 1, 1, "write `classes: [-1, 1]` in `data`"),
        (np.arange(200) % 3 + 1, 3, "write `classes: [1, 2, 3]` in `data`"),
        (np.arange(200) % 5, 3, "write `outputs: {units: 5, activation: softmax}`"),
        (np.arange(200) % 5 + 1, 3, "write `outputs: {units: 5, activation: softmax}` and `classes: [1, 2, 3, 4, 5]`"),
        (NOISE, 3, "write `outputs: 3` to predict a number"),
        (np.arange(200), 1, "write `outputs: 1` to predict a number"),
    ],
)
def test_labels_that_are_not_classes_are_listed_counted_or_numbers(
    work: Any, model: Callable[..., Signature], y: np.ndarray, units: int, help: str
) -> None:
    found = refusal(work, model, y, "softmax" if units > 1 else "sigmoid", None, units)
    assert found.name == "label-out-of-range"
    assert found.help[0].startswith(help)


def test_fractions_are_not_classes(work: Any, model: Callable[..., Signature]) -> None:
    rows = "\n".join(f"{value:.3f},{value * 2:.3f}" for value in NOISE)
    section = work.csv(f"a,b\n{rows}\n", features=("a",), target="b")
    with pytest.raises(SpecError) as caught:
        work.load(section, model(4, 1, activation="sigmoid"))
    (found,) = caught.value.diagnostics
    assert found.name == "class-mismatch"
    assert found.help == ("write `outputs: 1` to predict a number",)


def test_a_column_of_labels_is_as_good_as_a_row_of_them(work: Any, model: Callable[..., Signature]) -> None:
    labels = np.arange(200) % 3
    data = taken(work, model, labels[:, None], "softmax", None, 3)
    assert data.train.y.tolist() == labels.tolist()


def test_what_is_not_scaled_though_it_should_be_is_a_remark(work: Any, model: Callable[..., Signature]) -> None:
    y = 66 + 64 * np.random.default_rng(2).random(200)
    (note,) = taken(work, model, y, "relu", scale="standard").notes
    assert note.startswith("the target is not scaled despite `scale: standard`, because the outputs are 0 or more")
    assert taken(work, model, y, "relu", scale="none").notes == ()

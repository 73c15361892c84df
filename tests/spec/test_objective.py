"""Loss and metrics follow from what the outputs mean."""

import pytest

from tdcli.signature import Signature
from tdcli.spec.objective import resolve_objective
from tdcli.spec.training import Training
from tdcli.text.errors import SpecError


def signature(units: int, activation: str | None, loss: str | None = None) -> Signature:
    return Signature("many-to-one", (None, 5, 1), (None, units), activation, loss)


@pytest.mark.parametrize(
    ("units", "activation", "loss", "metrics"),
    [
        (1, None, "mse", ("mae", "rmse")),
        (3, "relu", "mse", ("mae", "rmse")),
        (4, "softmax", "sparse_categorical_crossentropy", ("accuracy",)),
        (1, "sigmoid", "binary_crossentropy", ("accuracy",)),
        (3, "sigmoid", "binary_crossentropy", ("accuracy",)),  # a yes or no each
    ],
)
def test_what_the_spec_leaves_out_follows_from_the_outputs(
    units: int, activation: str | None, loss: str, metrics: tuple[str, ...]
) -> None:
    found = resolve_objective(Training(), signature(units, activation))
    assert (found.loss, found.metrics) == (loss, metrics)


@pytest.mark.parametrize(
    ("units", "activation", "training", "message"),
    [
        (
            2,
            None,
            Training(loss="categorical_crossentropy"),
            "`categorical_crossentropy` needs a softmax over the classes, but the outputs have no activation",
        ),
        (
            1,
            "sigmoid",
            Training(loss="sparse_categorical_crossentropy"),
            "`sparse_categorical_crossentropy` needs one output per class, but the model has one output",
        ),
        (
            1,
            "relu",
            Training(metrics=("accuracy",)),
            "the metric `accuracy` compares classes, but the outputs have activation `relu`",
        ),
    ],
)
def test_what_contradicts_the_outputs_is_refused(
    units: int, activation: str | None, training: Training, message: str
) -> None:
    with pytest.raises(SpecError) as caught:
        resolve_objective(training, signature(units, activation, training.loss))
    assert caught.value.diagnostics[0].message == message


@pytest.mark.parametrize(
    ("loss", "units", "form"),
    [
        ("categorical_crossentropy", 3, "one-hot"),
        ("sparse_categorical_crossentropy", 3, "sparse"),
        ("binary_crossentropy", 1, "binary"),
    ],
)
def test_a_loss_gets_its_targets_in_the_form_that_keras_wants(loss: str, units: int, form: str) -> None:
    activation = "sigmoid" if units == 1 else "softmax"
    found = resolve_objective(Training(loss=loss), signature(units, activation, loss))
    assert found.form(found.loss) == form


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("AUC", "auc"),
        ("auc", "auc"),
        ("F1", "f1_score"),
        ("F1Score", "f1_score"),
        ("f1_score", "f1_score"),
        ("precision", "precision"),
        ("Recall", "recall"),
        ("MeanAbsoluteError", "mean_absolute_error"),
        ("mean_absolute_error", "mean_absolute_error"),
        ("R2Score", "r2_score"),
        ("r2", "r2_score"),
        ("MAPE", "mape"),
        ("BinaryAccuracy", "binary_accuracy"),
    ],
)
def test_metrics_are_known_under_keras_s_names_in_any_case(written: str, name: str) -> None:
    assert Training(metrics=(written,)).metrics == (name,)
    assert Training(monitor=f"val_{written}").monitor == f"val_{name}"


def test_an_unknown_metric_is_refused_with_the_right_spelling() -> None:
    with pytest.raises(ValueError, match="there is no metric `precison`"):
        Training(metrics=("precison",))

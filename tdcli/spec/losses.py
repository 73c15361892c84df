"""The names of losses and metrics in Keras (`keras.losses`, `keras.metrics`)."""

from typing import Annotated

from pydantic import AfterValidator

from tdcli.text.change import Help
from tdcli.text.nearest import suggest
from tdcli.text.section import invalid

LOSSES = (
    "binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy "
    "categorical_hinge cosine_similarity hinge huber kl_divergence log_cosh mae mape mean_absolute_error "
    "mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse msle poisson "
    "sparse_categorical_crossentropy squared_hinge"
).split()

# The names of metrics, with the classes in `keras.metrics` that compute them.
METRICS = {
    "accuracy": "",
    "auc": "AUC",
    "binary_accuracy": "BinaryAccuracy",
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_accuracy": "CategoricalAccuracy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "cosine_similarity": "CosineSimilarity",
    "f1_score": "F1Score",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_squared_error": "MeanSquaredError",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "precision": "Precision",
    "r2_score": "R2Score",
    "recall": "Recall",
    "rmse": "RootMeanSquaredError",
    "root_mean_squared_error": "RootMeanSquaredError",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
}

METRIC_CLASSES = sorted({title for title in METRICS.values() if title})
"""Keras's classes, which a spec may use instead of the names."""

_OF_CLASSES = "accuracy auc f1_score precision recall".split()


def is_for_classes(metric: str) -> bool:
    """Return whether a metric compares classes instead of numbers."""
    return metric in _OF_CLASSES or "crossentropy" in metric or metric.endswith("_accuracy")


def _check_loss_name(name: str) -> str:
    if name not in LOSSES:
        raise invalid("wrong-value", f"there is no loss `{name}`", suggest(name, LOSSES, "losses"))
    return name


def _check_metric_name(name: str) -> str:
    found = _find_metric(name)
    if found is None:
        raise invalid("wrong-value", f"there is no metric `{name}`", suggest(name, METRICS, "metrics"))
    return found


def _check_monitor_name(name: str) -> str:
    part, name = ("val_", name[4:]) if name.startswith("val_") else ("", name)
    found = _find_metric(name)
    help = suggest(name, METRICS, "metrics")
    if found is None and help.replacement and name != "loss":
        message, meant = f"there is no metric `{part}{name}`", part + help.replacement
        raise invalid("wrong-value", message, Help(f"write `{meant}`", replacement=meant))
    return part + (found or name)


def _find_metric(name: str) -> str | None:
    """Return the metric of a name in any case, of a class in Keras, or of a name without `_score`.

    >>> [_find_metric(name) for name in ("AUC", "MeanAbsoluteError", "F1", "R2Score", "Precision", "map")]
    ['auc', 'mean_absolute_error', 'f1_score', 'r2_score', 'precision', None]
    """
    spelled = name.casefold().replace("_", "")
    known = {metric.replace("_", ""): metric for metric in METRICS}
    return name if name in METRICS else known.get(spelled, known.get(f"{spelled}score"))


LossName = Annotated[str, AfterValidator(_check_loss_name)]
MetricName = Annotated[str, AfterValidator(_check_metric_name)]
MonitorName = Annotated[str, AfterValidator(_check_monitor_name)]
"""The name of a metric, with `val_` for the validation set. Other names are accepted unchanged."""

"""Names of losses and metrics, as Keras spells them (`keras.losses`, `keras.metrics`)."""

from typing import Annotated

from pydantic import AfterValidator

from tdcli.text.nearest import suggestion
from tdcli.text.section import fault

LOSSES = (
    "binary_crossentropy binary_focal_crossentropy categorical_crossentropy categorical_focal_crossentropy "
    "categorical_hinge cosine_similarity hinge huber kl_divergence log_cosh mae mape mean_absolute_error "
    "mean_absolute_percentage_error mean_squared_error mean_squared_logarithmic_error mse msle poisson "
    "sparse_categorical_crossentropy squared_hinge"
).split()

# The name of a metric, and the class in `keras.metrics` that computes it.
METRICS = {
    "accuracy": "",
    "auc": "AUC",
    "binary_accuracy": "BinaryAccuracy",
    "binary_crossentropy": "BinaryCrossentropy",
    "categorical_accuracy": "CategoricalAccuracy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "cosine_similarity": "CosineSimilarity",
    "mae": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_squared_error": "MeanSquaredError",
    "mse": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "precision": "Precision",
    "recall": "Recall",
    "rmse": "RootMeanSquaredError",
    "root_mean_squared_error": "RootMeanSquaredError",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
}

_OF_CLASSES = "accuracy auc precision recall".split()


def is_for_classes(metric: str) -> bool:
    """Say whether a metric compares classes rather than numbers."""
    return metric in _OF_CLASSES or "crossentropy" in metric or metric.endswith("_accuracy")


def _loss(name: str) -> str:
    if name not in LOSSES:
        raise fault("wrong-value", f"there is no loss `{name}`", suggestion(name, LOSSES))
    return name


def _metric(name: str) -> str:
    if name not in METRICS:
        raise fault("wrong-value", f"there is no metric `{name}`", suggestion(name, METRICS))
    return name


LossName = Annotated[str, AfterValidator(_loss)]
MetricName = Annotated[str, AfterValidator(_metric)]

"""Compute the metrics of `training.metrics` as Keras 3 does, but in NumPy, because exports are scored without Keras."""

from collections.abc import Callable

import numpy as np

from tdcli.data.dataset import Array

EPSILON = 1e-7
"""`keras.backend.epsilon()`."""

TOP = 5
"""The default `k` of Keras's `TopKCategoricalAccuracy`."""

THRESHOLDS = 200
"""The number of thresholds of Keras's `AUC`."""

Metric = Callable[[Array, Array], float]


def compute_metric(name: str, truth: Array, outputs: Array, form: str) -> float:
    """Return a metric of outputs `(rows, units)`.

    truth: class codes `(rows,)`, or numbers `(rows, units)`. form: the form that the metric needs, from
    `Objective.form`.
    """
    rows = outputs.reshape(-1, outputs.shape[-1])
    expected = _to_form(truth, form, rows.shape[-1])
    if name == "accuracy":
        name = {"sparse": "sparse_categorical_accuracy"}.get(form, "binary_accuracy")
    if name == "f1_score":
        return _f1_score(expected, rows if form != "one-hot" else _one_hot_argmax(rows))
    return float(METRIC_FUNCTIONS[name](expected, rows))


def _to_form(truth: Array, form: str, units: int) -> Array:
    if form == "one-hot":
        return np.eye(units, dtype=np.float32)[truth.ravel()]
    return truth.reshape(-1, 1) if form == "binary" else truth.ravel() if form == "sparse" else truth.reshape(-1, units)


def _float64(metric: Metric) -> Metric:
    return lambda expected, said: metric(expected.astype(np.float64), said.astype(np.float64))


@_float64
def _absolute_error(expected: Array, said: Array) -> float:
    return float(np.abs(expected - said).mean())


@_float64
def _squared_error(expected: Array, said: Array) -> float:
    return float(((expected - said) ** 2).mean())


def _root_squared_error(expected: Array, said: Array) -> float:
    return float(np.sqrt(_squared_error(expected, said)))


@_float64
def _percentage_error(expected: Array, said: Array) -> float:
    return float(100 * np.abs((expected - said) / np.maximum(np.abs(expected), EPSILON)).mean())


@_float64
def _logarithmic_error(expected: Array, said: Array) -> float:
    logs = [np.log1p(np.maximum(each, EPSILON)) for each in (expected, said)]
    return float(((logs[0] - logs[1]) ** 2).mean())


@_float64
def _cosine_similarity(expected: Array, said: Array) -> float:
    return float((_normalize(expected) * _normalize(said)).sum(axis=-1).mean())


def _normalize(rows: Array) -> Array:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), EPSILON))


@_float64
def _r2_score(expected: Array, said: Array) -> float:
    """Return the proportion of variance explained, as a mean over the outputs."""
    spread = ((expected - expected.mean(axis=0)) ** 2).sum(axis=0)
    off = ((expected - said) ** 2).sum(axis=0)
    return float(np.where(spread > 0, 1 - off / np.where(spread > 0, spread, 1), 0).mean())


def _clip_probabilities(shares: Array) -> Array:
    """Clip probabilities so that their logarithm is finite, in 32 bits as Keras does, where 1 - 1e-7 is 1 - 1.2e-7."""
    return np.clip(shares.astype(np.float32), np.float32(EPSILON), np.float32(1 - EPSILON)).astype(np.float64)


def _binary_crossentropy(expected: Array, said: Array) -> float:
    said = _clip_probabilities(said)
    return float(-(expected * np.log(said) + (1 - expected) * np.log(1 - said)).mean())


def _categorical_crossentropy(expected: Array, said: Array) -> float:
    shares = _clip_probabilities(said / said.sum(axis=-1, keepdims=True))
    return float(-(expected * np.log(shares)).sum(axis=-1).mean())


def _sparse_crossentropy(expected: Array, said: Array) -> float:
    shares = _clip_probabilities(said)
    codes = expected.astype(int).ravel()
    return float((np.log(shares.sum(axis=-1)) - np.log(shares[np.arange(len(codes)), codes])).mean())


def _binary_accuracy(expected: Array, said: Array) -> float:
    return float(((said > 0.5) == expected).mean())


def _categorical_accuracy(expected: Array, said: Array) -> float:
    return float((said.argmax(axis=-1) == expected.argmax(axis=-1)).mean())


def _sparse_accuracy(expected: Array, said: Array) -> float:
    return float((said.argmax(axis=-1) == expected.ravel()).mean())


def _top_k_accuracy(expected: Array, said: Array) -> float:
    true = said[np.arange(len(said)), expected.argmax(axis=-1)]
    return float(((said > true[:, None]).sum(axis=-1) < TOP).mean())


def _precision(expected: Array, said: Array) -> float:
    found = said > 0.5
    return _safe_ratio((found & (expected != 0)).sum(), found.sum())


def _recall(expected: Array, said: Array) -> float:
    return _safe_ratio(((said > 0.5) & (expected != 0)).sum(), (expected != 0).sum())


def _safe_ratio(part: int, whole: int) -> float:
    return float(part / whole) if whole else 0.0


def _one_hot_argmax(said: Array) -> Array:
    """Return 1 for the largest value of each row, and 0 for the others."""
    return np.asarray((said >= said.max(axis=-1, keepdims=True)) & (np.abs(said) > 1e-9), np.float32)


def _f1_score(expected: Array, said: Array) -> float:
    """Return the mean F1 score of the columns, as Keras's `F1Score(average="macro")` does."""
    found = said > 0.5
    right, wrong, missed = (
        (a * b).sum(axis=0) for a, b in ((found, expected), (found, 1 - expected), (~found, expected))
    )
    precision, recall = right / (right + wrong + EPSILON), right / (right + missed + EPSILON)
    return float((2 * precision * recall / (precision + recall + EPSILON)).mean())


def _area_under_curve(expected: Array, said: Array) -> float:
    """Return the area under the receiver operating characteristic, computed at evenly spaced thresholds."""
    shares = np.clip(said.astype(np.float32).ravel(), 0, 1)
    bins = np.maximum(np.ceil(shares * np.float32(THRESHOLDS - 1)) - 1, 0).astype(int)
    true = expected.ravel() != 0
    counts = [np.bincount(bins[each], minlength=THRESHOLDS)[::-1].cumsum()[::-1] for each in (true, ~true)]
    found, wrong = (each / max(each[0], 1) for each in counts)
    return float(((wrong[:-1] - wrong[1:]) * (found[:-1] + found[1:]) / 2).sum())


METRIC_FUNCTIONS: dict[str, Metric] = {
    "auc": _area_under_curve,
    "binary_accuracy": _binary_accuracy,
    "binary_crossentropy": _binary_crossentropy,
    "categorical_accuracy": _categorical_accuracy,
    "categorical_crossentropy": _categorical_crossentropy,
    "cosine_similarity": _cosine_similarity,
    "mae": _absolute_error,
    "mape": _percentage_error,
    "mean_absolute_error": _absolute_error,
    "mean_squared_error": _squared_error,
    "mse": _squared_error,
    "msle": _logarithmic_error,
    "precision": _precision,
    "r2_score": _r2_score,
    "recall": _recall,
    "rmse": _root_squared_error,
    "root_mean_squared_error": _root_squared_error,
    "sparse_categorical_accuracy": _sparse_accuracy,
    "sparse_categorical_crossentropy": _sparse_crossentropy,
    "top_k_categorical_accuracy": _top_k_accuracy,
}
"""Functions of the expected values `(rows, units)`, or codes `(rows,)`, and of the outputs `(rows, units)`."""

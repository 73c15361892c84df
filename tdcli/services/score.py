"""Predictions against the truth, beside a naive baseline."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tdcli.data._dataset import Array, Part


@dataclass(frozen=True)
class ClassScore:
    """One class: of the predicted, how many are right; of the true, how many are found; their harmonic mean."""

    name: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True)
class Scores:
    """The model's figures and the baseline's, under the same names; for classes more than that.

    confusion: `confusion[true][predicted]`, counts.
    """

    figures: dict[str, float]
    baseline_name: str
    baseline: dict[str, float]
    classes: tuple[ClassScore, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()


def naive(train: Part) -> dict[str, Any]:
    """Return what a naive forecaster knows of the training part: the mean, or the most frequent class."""
    values = _real(train, np.asarray(train.y))
    if values.dtype.kind == "i":
        return {"majority": int(np.bincount(values.ravel()).argmax())}
    return {"mean": values.reshape(-1, values.shape[-1]).mean(axis=0, dtype=np.float64).tolist()}


def scored(part: Part, outputs: Array, class_names: tuple[str, ...], known: dict[str, Any]) -> Scores:
    """Compare a model's outputs with a part's targets, in the data's units; padded steps do not count."""
    truth = _real(part, np.asarray(part.y))
    if truth.dtype.kind == "i":
        return _of_classes(truth.ravel(), _real(part, codes(outputs)).ravel(), class_names, known["majority"])
    baseline_name, baseline = naive_forecast(part, known)
    return Scores(_errors(truth, _real(part, outputs)), baseline_name, _errors(truth, _real(part, baseline)))


def naive_forecast(part: Part, known: dict[str, Any]) -> tuple[str, Array]:
    """Return what a naive forecaster says, of y's shape, and what it is called: the last known value, or the mean."""
    if part.origin is not None:
        return "persistence", part.origin
    return "mean", np.broadcast_to(np.asarray(known["mean"]), np.asarray(part.y).shape)


def codes(outputs: Array) -> Array:
    """Return the class that a softmax `(..., units)` or one sigmoid unit `(..., 1)` says."""
    if outputs.shape[-1] == 1:
        return np.asarray(outputs[..., 0] >= 0.5, np.int32)
    return np.asarray(outputs.argmax(axis=-1), np.int32)


def _real(part: Part, values: Array) -> Array:
    """Leave out padded steps of values that have one row a step."""
    return values if part.y_valid is None else np.asarray(values[part.y_valid])


def _errors(truth: Array, predicted: Array) -> dict[str, float]:
    """Return root mean squared and mean absolute error, and the share of variance explained."""
    difference = truth.astype(np.float64) - predicted
    spread = ((truth - truth.mean(axis=0, dtype=np.float64)) ** 2).sum()
    figures = {"rmse": float(np.sqrt((difference**2).mean())), "mae": float(np.abs(difference).mean())}
    return figures | ({"r2": float(1 - (difference**2).sum() / spread)} if spread > 0 else {})


def _of_classes(truth: Array, predicted: Array, names: tuple[str, ...], majority: int) -> Scores:
    count = max(len(names), 2, int(truth.max()) + 1, int(predicted.max()) + 1)
    names = tuple(names[code] if code < len(names) else str(code) for code in range(count))
    confusion = np.zeros((count, count), np.int64)
    np.add.at(confusion, (truth, predicted), 1)
    classes = tuple(_class_score(confusion, code, name) for code, name in enumerate(names))
    baseline = _accuracy(truth, np.full_like(truth, majority), classes=None)
    figures = _accuracy(truth, predicted, classes)
    return Scores(figures, f"always {names[majority]}", baseline, classes, tuple(map(tuple, confusion.tolist())))


def _accuracy(truth: Array, predicted: Array, classes: tuple[ClassScore, ...] | None) -> dict[str, float]:
    figures = {"accuracy": float((truth == predicted).mean())}
    return figures if classes is None else figures | {"macro_f1": float(np.mean([each.f1 for each in classes]))}


def _class_score(confusion: Array, code: int, name: str) -> ClassScore:
    right, found, true = confusion[code, code], confusion[:, code].sum(), confusion[code].sum()
    precision, recall = right / max(found, 1), right / max(true, 1)
    f1 = 2 * right / max(found + true, 1)
    return ClassScore(name, float(precision), float(recall), float(f1), int(true))

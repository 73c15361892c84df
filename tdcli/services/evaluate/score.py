"""Predictions against the truth, beside what can be said without a model."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.score_classes import score_classes
from tdcli.services.evaluate.score_numbers import score_numbers
from tdcli.spec.objective import Objective


def fit_baseline(data: Dataset) -> dict[str, Any]:
    """Return what a forecaster without a model knows of the training part.

    Of numbers the mean, and of forecasts the season and the scale of errors; of classes the shares and the most
    frequent.
    """
    y = np.asarray(data.train.y)
    values = y if data.train.y_valid is None else y[data.train.y_valid]
    if values.dtype.kind == "i":
        counts = np.bincount(values.ravel(), minlength=len(data.classes or ()))
        return {"majority": int(counts.argmax()), "shares": (counts / counts.sum()).tolist()}
    means = values.reshape(-1, values.shape[-1]).mean(axis=0, dtype=np.float64)
    return {"mean": means.tolist(), **data.naive}


def score_outputs_of_part(
    part: Part,
    outputs: Array,
    known: Mapping[str, Any],
    classes: Sequence[str] = (),
    targets: Sequence[str] = (),
    objective: Objective | None = None,
) -> Scores:
    """Compare a model's outputs with a part's targets, in the data's units; padded steps do not count.

    known: what `naive` returned; objective: whose metrics are measured too.
    """
    if np.asarray(part.y).dtype.kind == "i":
        return score_classes(part, outputs, classes, known, objective)
    return score_numbers(part, outputs, targets, known, objective.metrics if objective else ())

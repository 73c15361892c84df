"""Compare predictions with the true values and with baselines."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part
from tdcli.services.evaluate.comparison import Scores
from tdcli.services.evaluate.score_classes import score_classes
from tdcli.services.evaluate.score_numbers import score_numbers
from tdcli.spec.objective import Objective


def fit_baseline(data: Dataset) -> dict[str, Any]:
    """Return what the baselines need to know about the training set.

    Numbers have a mean, and forecasts also a season and a scale of errors. Classes have their shares and the most
    frequent class.
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
    """Compare a model's outputs with the targets of samples, in the data's units, without padded timesteps.

    known: the result of `fit_baseline`. objective: its metrics are computed as well.
    """
    if np.asarray(part.y).dtype.kind == "i":
        return score_classes(part, outputs, classes, known, objective)
    return score_numbers(part, outputs, targets, known, objective.metrics if objective else ())

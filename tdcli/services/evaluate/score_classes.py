"""Compare predicted classes with the true ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Part
from tdcli.services.evaluate.comparison import ClassScore, GroupScore, MetricValues, Scores
from tdcli.services.evaluate.metrics import compute_metric
from tdcli.services.evaluate.output_layout import group_samples
from tdcli.spec.objective import Objective

RARE, OF_EQUAL = 0.1, 0.5
"""A class with a share below `RARE` is rare: a model that never predicts it is still nearly always right. With many
classes, each has a small share. A class is then rare if it has less than `OF_EQUAL` of an equal share."""

COUNTED = {1: "samples", 2: "timesteps"}
"""What has one class each, by the number of axes of y."""


def predicted_codes(outputs: Array) -> Array:
    """Return the predicted class of softmax outputs `(..., units)` or of one sigmoid unit `(..., 1)`."""
    if outputs.shape[-1] == 1:
        return np.asarray(outputs[..., 0] >= 0.5, np.int32)
    return np.asarray(outputs.argmax(axis=-1), np.int32)


def score_classes(
    part: Part, outputs: Array, names: Sequence[str], known: Mapping[str, Any], objective: Objective | None
) -> Scores:
    """Compare predicted with true classes. If some are rare, macro F1 or average precision decides."""
    truth, said = _real_rows(part, np.asarray(part.y)), _real_rows(part, outputs)
    count = max(len(names), 2, int(truth.max()) + 1, int(predicted_codes(said).max()) + 1)
    names = tuple(names[code] if code < len(names) else str(code) for code in range(count))
    units = outputs.shape[-1]
    always = f"always {names[known['majority']]}"
    baselines = {name: _certain_outputs(_real_rows(part, each), units) for name, each in part.baselines.items()}
    baselines = {always: _certain_outputs(np.full(len(truth), known["majority"]), units), **baselines}
    judge = _Judge(truth, names, known.get("shares") or (), objective)
    confusion = _confusion_matrix(truth, predicted_codes(said), count)
    return Scores.of(  # type: ignore[no-any-return]
        judge.figures(said),
        {name: judge.figures(each) for name, each in baselines.items()},
        groups=_accuracy_by_group(part, truth, said, baselines),
        classes=_class_scores(confusion, names),
        confusion=tuple(map(tuple, confusion.tolist())),
        counted=COUNTED.get(np.asarray(part.y).ndim, "values"),
        rare=tuple(names[code] for code in judge.rare),
        rare_below=judge.limit if judge.rare else None,
    )


class _Judge:
    """Computes the metrics of outputs `(rows, units)`. shares: of each class in the training set, if known."""

    def __init__(
        self, truth: Array, names: Sequence[str], shares: Sequence[float], objective: Objective | None
    ) -> None:
        self.truth, self.names, self.objective = truth, names, objective
        judged = np.bincount(truth, minlength=len(names)) / len(truth)
        trained = np.array([*shares, *[0.0] * len(names)])[: len(names)]
        least = np.where((judged > 0) & (trained > 0), np.minimum(judged, trained), np.maximum(judged, trained))
        there = np.flatnonzero(least > 0).tolist()
        self.limit = rare_below(len(there))
        self.rare = [code for code in there if least[code] < self.limit]
        rarer = min(there, key=lambda code: least[code])
        self.rarer = rarer if self.rare and len(there) == 2 and judged[rarer] > 0 else None

    def figures(self, said: Array) -> MetricValues:
        """Return the metrics, the deciding one first. A class that is neither true nor predicted has no F1 score."""
        confusion = _confusion_matrix(self.truth, predicted_codes(said), len(self.names))
        accuracy = {"accuracy": float((self.truth == predicted_codes(said)).mean())}
        seen = confusion.sum(axis=0) + confusion.sum(axis=1) > 0
        f1 = [each.f1 for each in _class_scores(confusion, self.names)]
        macro = {"macro_f1": float(np.mean(f1, where=seen))}
        found = macro | accuracy if self.rare else accuracy | macro
        if self.rarer is not None:
            found = {
                "average_precision": average_precision(self.truth == self.rarer, _probability(said, self.rarer))
            } | found
        asked = self.objective.metrics if self.objective else ()
        form = {name: self.objective.form(name) for name in asked} if self.objective else {}
        return found | {name: compute_metric(name, self.truth, said, form[name]) for name in asked if name not in found}


def rare_below(classes: int) -> float:
    """Return the share below which a class is rare.

    >>> rare_below(2), rare_below(5), rare_below(20)
    (0.1, 0.1, 0.025)
    """
    return min(RARE, OF_EQUAL / classes)


def average_precision(truth: Array, chance: Array) -> float:
    """Return `sum((R_n - R_{n-1}) P_n)` over the distinct probabilities in descending order, as scikit-learn does.

    truth: `(rows,)`, bool, with at least one True. chance: the probabilities, `(rows,)`.
    """
    order = np.argsort(-chance, kind="stable")
    right, chance = np.cumsum(truth[order]), chance[order]
    ends = np.append(np.flatnonzero(np.diff(chance)), len(chance) - 1)
    precision, recall = right[ends] / (ends + 1), right[ends] / right[-1]
    return float((np.diff(recall, prepend=0) * precision).sum())


def _real_rows(part: Part, values: Array) -> Array:
    """Return one row per sample, or per timestep that is not padding."""
    if part.y_valid is not None:
        return np.asarray(values[part.y_valid])
    return values.reshape(-1, *values.shape[np.asarray(part.y).ndim :])


def _certain_outputs(said: Array, units: int) -> Array:
    """Return the outputs of a model that predicts these classes with probability 1."""
    return said.astype(np.float32)[:, None] if units == 1 else np.eye(units, dtype=np.float32)[said]


def _probability(said: Array, code: int) -> Array:
    """Return the probability of a class."""
    if said.shape[-1] > 1:
        return said[:, code]
    return said[:, 0] if code == 1 else 1 - said[:, 0]


def _confusion_matrix(truth: Array, said: Array, count: int) -> Array:
    return np.bincount(truth.astype(np.int64) * count + said, minlength=count * count).reshape(count, count)


def _class_scores(confusion: Array, names: Sequence[str]) -> tuple[ClassScore, ...]:
    return tuple(_class_score(confusion, code, name) for code, name in enumerate(names))


def _class_score(confusion: Array, code: int, name: str) -> ClassScore:
    right, found, true = confusion[code, code], confusion[:, code].sum(), confusion[code].sum()
    precision, recall = right / max(found, 1), right / max(true, 1)
    f1 = 2 * right / max(found + true, 1)
    return ClassScore(name, float(precision), float(recall), float(f1), int(true))


def _accuracy_by_group(part: Part, truth: Array, said: Array, baselines: Mapping[str, Array]) -> tuple[GroupScore, ...]:
    """Return the accuracy in each group, or nothing if there is a single group."""
    names, groups = group_samples(part)
    if len(names) < 2:
        return ()
    counts = len(truth) // len(part) if part.y_valid is None else part.y_valid.sum(axis=1)
    rows, samples = np.repeat(groups, counts), np.bincount(groups).tolist()
    right = {
        name: np.bincount(rows, predicted_codes(each) == truth) / np.maximum(np.bincount(rows), 1)
        for name, each in {"": said, **baselines}.items()
    }
    return tuple(_group_score(right, place, group=name, samples=samples[place]) for place, name in enumerate(names))


def _group_score(right: Mapping[str, Array], place: int, **rest: Any) -> GroupScore:
    found = {name: {"accuracy": float(each[place])} for name, each in right.items()}
    return GroupScore.of(found.pop(""), found, target="", **rest)  # type: ignore[no-any-return]

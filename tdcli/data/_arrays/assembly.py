"""Parts as a source reads them to a Dataset: targets coded, padding overwritten, scaling fitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tdcli.data._arrays.labels import Place, codes, learnt_classes, shown_classes
from tdcli.data._arrays.padding import overwritten
from tdcli.data._arrays.scaling import fitted
from tdcli.data._dataset import Array, Dataset, Part, Scaling
from tdcli.data._signature import Signature

Where = Callable[[tuple[int, ...]], Place]


@dataclass(frozen=True)
class Raw:
    """One part as read: labels not coded yet, nothing scaled.

    x: `(samples, time, ...)`, padding overwritten; y: labels `(samples,)` or `(samples, time)` of any
    type, or numbers `(samples, units)` or `(samples, time, units)`; place: where a label stands.
    """

    x: Array
    y: Array | None
    index: Array
    valid: Array | None = None
    origin: Array | None = None
    place: Where = field(default=lambda position: Place(f"sample {position[0]}"))


@dataclass(frozen=True)
class Recipe:
    """What a source decides for all its parts. A policy is one of `scaling.fitted`, one a column."""

    signature: Signature
    classes: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None
    x_policies: Sequence[str] = ("none",)
    y_policies: Sequence[str] = ("none",)
    target_change: bool = False


def assembled(raws: Mapping[str, Raw], recipe: Recipe, **rest: Any) -> Dataset:
    """Make the Dataset of raw parts, `train` among them; `rest` are its fields that need no work."""
    classes = known_classes(raws["train"], recipe)
    parts = {name: finished(raw, recipe.signature, classes) for name, raw in raws.items()}
    x_scaling, y_scaling = _scalings(parts["train"], recipe)
    shown = shown_classes(classes, recipe.class_names, recipe.signature) if classes else None
    rest["learnt"] = {**rest.get("learnt", {}), **({"classes": list(classes)} if classes else {})}
    return Dataset(
        parts["train"],
        parts.get("validation"),
        parts.get("test"),
        x_scaling=x_scaling,
        y_scaling=y_scaling,
        classes=shown,
        target_change=recipe.target_change,
        **rest,
    )


def known_classes(train: Raw, recipe: Recipe) -> tuple[str, ...] | None:
    """Return the classes in the order of their codes: as listed, or learnt; None for numbers."""
    if recipe.signature.takes == "numbers" or train.y is None:
        return None
    return recipe.classes or learnt_classes(_real(train.y, train.valid), recipe.signature)


def _real(labels: Array, valid: Array | None) -> Array:
    """Return the labels of real steps; one label a sample is always real."""
    return labels if valid is None or labels.ndim == 1 else np.asarray(labels[valid])


def finished(raw: Raw, signature: Signature, classes: tuple[str, ...] | None) -> Part:
    """Make a Part: labels coded as int32, numbers as float32, 0 at padded steps."""
    y = raw.y
    if y is not None:
        y = _coded(raw, y, classes) if classes else y.astype(np.float32)
        if raw.valid is not None and signature.per_step:
            y = overwritten(y, raw.valid, 0)
    valid = None if raw.valid is None or raw.valid.all() else raw.valid
    return Part(raw.x, y, raw.index, valid, raw.origin)


def _coded(raw: Raw, labels: Array, classes: tuple[str, ...]) -> Array:
    """Code the labels; what stands at padded steps need not be a class."""
    if raw.valid is not None and labels.ndim > 1:
        labels = np.where(raw.valid, labels, labels[raw.valid][0])
    return codes(labels, classes, raw.place)


def _scalings(train: Part, recipe: Recipe) -> tuple[Scaling | None, Scaling | None]:
    x_scaling = None if recipe.signature.tokens else fitted(train.x, train.valid, recipe.x_policies)
    linear = recipe.signature.activation in (None, "linear")
    if train.y is None or recipe.signature.takes == "classes" or not linear:
        return x_scaling, None
    learnt = train.y - train.origin if recipe.target_change and train.origin is not None else train.y
    per_step = train.valid if recipe.signature.per_step else None
    return x_scaling, fitted(learnt, per_step, recipe.y_policies)

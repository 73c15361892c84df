"""Parts as a source reads them to a Dataset: targets coded, padding overwritten, scaling fitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part, Scaling
from tdcli.data.labels import Place, codes, learnt_classes, shown_classes
from tdcli.data.lazy import OnDemand
from tdcli.data.padding import overwritten
from tdcli.data.scaling import fitted
from tdcli.data.target_range import check_targets, unscaled_remark
from tdcli.data.times.answer_times import AnswerTimes
from tdcli.data.tokens import refuse_unknown_tokens
from tdcli.signature import Signature

Where = Callable[[tuple[int, ...]], Place]


@dataclass(frozen=True)
class Raw:
    """One part as read: labels not coded yet, nothing scaled.

    x: `(samples, time, ...)`, padding overwritten; y: labels `(samples,)` or `(samples, time)` of any
    type, or numbers `(samples, units)` or `(samples, time, units)`; answered: `(samples, time)`, False where the
    target of a step was not measured; place: where a label stands.
    """

    x: Array | OnDemand
    y: Array | None
    index: Array
    valid: Array | None = None
    answered: Array | None = None
    origin: Array | None = None
    weight: Array | None = None
    keys: Mapping[str, Array] = field(default_factory=dict)
    times: AnswerTimes | None = None
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


def assembled(raws: Mapping[str, Raw], recipe: Recipe, given: Mapping[str, Any] | None = None, **rest: Any) -> Dataset:
    """Make the Dataset of raw parts, `train` among them; `rest` are its fields that need no work.

    given: what was fitted on other data, as `Dataset.learnt`; None fits it on the training part.
    """
    recipe = recipe if given is None else replace(recipe, classes=tuple(given.get("classes", ())) or None)
    classes = known_classes(raws["train"], recipe)
    parts = {name: finished(raw, recipe.signature, classes, fixed=given is not None) for name, raw in raws.items()}
    scaling = (given or {}).get("scaling")
    x_scaling, y_scaling = _of_json(scaling) if scaling else _scalings(parts["train"], recipe)
    fitted_here = {"classes": list(classes)} if classes else {}
    rest["learnt"] = {
        **rest.get("learnt", {}),
        **fitted_here,
        **(given or {}),
        "scaling": _as_json(x_scaling, y_scaling),
    }
    shown = shown_classes(classes, recipe.class_names, recipe.signature) if classes else None
    data = Dataset(
        parts["train"],
        parts.get("validation"),
        parts.get("test"),
        x_scaling=x_scaling,
        y_scaling=y_scaling,
        classes=shown,
        target_change=recipe.target_change,
        **rest,
    )
    return data if given or recipe.signature.takes == "classes" else _checked(data, recipe)


def _checked(data: Dataset, recipe: Recipe) -> Dataset:
    """Return the dataset with remarks on its targets. Raises UserError where outputs and loss cannot learn them."""
    if data.train.y is None:
        return data
    valid = np.s_[:] if data.train.y_valid is None else data.train.y_valid
    learnt = data.learnt_target(data.train)[valid]
    learnt, wanted = learnt.reshape(-1, learnt.shape[-1]), next(iter(recipe.y_policies), "none")
    notes = check_targets(learnt, recipe.signature, data.target_names)
    if data.y_scaling is None and wanted in ("standard", "minmax"):
        notes = (*notes, *unscaled_remark(learnt, recipe.signature, wanted))
    return replace(data, notes=(*data.notes, *notes))


def known_classes(train: Raw, recipe: Recipe) -> tuple[str, ...] | None:
    """Return the classes in the order of their codes: as listed, or learnt; None for numbers."""
    if recipe.signature.takes == "numbers" or train.y is None:
        return None
    return recipe.classes or learnt_classes(_real(train.y, _y_valid(train, recipe.signature)), recipe.signature)


def _real(labels: Array, valid: Array | None) -> Array:
    """Return the labels of real steps."""
    return labels if valid is None else np.asarray(labels[valid])


def _y_valid(raw: Raw, signature: Signature) -> Array | None:
    """Return which rows of y are real and were measured, where y has a time axis."""
    valid = raw.valid if signature.answers_steps else None
    if raw.answered is None or not len(signature.output_shape) >= 3:
        return valid
    return raw.answered if valid is None else valid & raw.answered


def finished(raw: Raw, signature: Signature, classes: tuple[str, ...] | None, *, fixed: bool = False) -> Part:
    """Make a Part: labels coded as int32, numbers as float32, 0 at padded steps. `fixed` as `labels.codes` has it."""
    y, y_valid = raw.y, _y_valid(raw, signature)
    if signature.vocabulary:
        refuse_unknown_tokens(np.asarray(raw.x), raw.index, signature.vocabulary)
    if y is not None:
        y = _coded(raw, y, y_valid, classes, signature, fixed=fixed) if classes else y.astype(np.float32)
        y = y if y_valid is None else overwritten(y, y_valid, 0)
    return Part(
        raw.x,
        y,
        raw.index,
        _unless_all(raw.valid),
        raw.origin,
        _unless_all(y_valid),
        raw.weight,
        keys=raw.keys,
        times=raw.times,
        own_steps=signature.own_steps,
    )


def _unless_all(valid: Array | None) -> Array | None:
    return None if valid is None or valid.all() else valid


def _coded(
    raw: Raw, labels: Array, valid: Array | None, classes: tuple[str, ...], signature: Signature, *, fixed: bool
) -> Array:
    """Code the labels; what stands at padded steps need not be a class."""
    if valid is not None:
        labels = np.where(valid, labels, labels[valid][0])
    return codes(labels, classes, raw.place, signature=signature, fixed=fixed)


def _as_json(x_scaling: Scaling | None, y_scaling: Scaling | None) -> dict[str, Any]:
    return {"x": x_scaling and x_scaling.as_json(), "y": y_scaling and y_scaling.as_json()}


def _of_json(scaling: Mapping[str, Any]) -> tuple[Scaling | None, Scaling | None]:
    return Scaling.of_json(scaling["x"]), Scaling.of_json(scaling["y"])


def _scalings(train: Part, recipe: Recipe) -> tuple[Scaling | None, Scaling | None]:
    x_scaling = None if recipe.signature.tokens else fitted(train.x, train.valid, recipe.x_policies)
    policies = [policy if recipe.signature.scales(policy) else "none" for policy in recipe.y_policies]
    if train.y is None or all(policy == "none" for policy in policies):
        return x_scaling, None
    learnt = train.y - train.origin if recipe.target_change and train.origin is not None else train.y
    return x_scaling, fitted(learnt, train.y_valid, policies)

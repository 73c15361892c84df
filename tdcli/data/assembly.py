"""Build a Dataset from raw parts: encode targets, overwrite padding and fit the scaling."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part, Scaling
from tdcli.data.labels import CellLocation, class_titles, encode_labels, fit_classes
from tdcli.data.lazy import OnDemand
from tdcli.data.padding import fill_padded_steps
from tdcli.data.scaling import fit_scaling
from tdcli.data.target_range import check_targets, unscaled_remark
from tdcli.data.times.answer_times import AnswerTimes
from tdcli.data.tokens import check_tokens
from tdcli.signature import Signature

Locate = Callable[[tuple[int, ...]], CellLocation]


@dataclass(frozen=True)
class RawPart:
    """One part as a reader returns it. Labels are not encoded and nothing is scaled.

    x: `(samples, time, ...)`, padding overwritten
    y: labels `(samples,)` or `(samples, time)` of any type, or numbers `(samples, units)` or `(samples, time, units)`
    answered: `(samples, time)`, False at timesteps whose target was not measured
    location: a function that returns the location of a label
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
    location: Locate = field(default=lambda position: CellLocation(f"sample {position[0]}"))


@dataclass(frozen=True)
class EncodingSpec:
    """How the parts of a dataset are encoded. There is one policy of `scaling.fit_scaling` for each column."""

    signature: Signature
    classes: tuple[str, ...] | None = None
    class_names: tuple[str, ...] | None = None
    x_policies: Sequence[str] = ("none",)
    y_policies: Sequence[str] = ("none",)
    target_change: bool = False


def build_dataset(
    raws: Mapping[str, RawPart],
    spec: EncodingSpec,
    fitted: Mapping[str, Any] | None = None,
    *,
    fitted_here: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Dataset:
    """Build a Dataset from raw parts, which include `train`. Raises SpecError at the first unknown label.

    fitted: the values fitted on other data, as in `Dataset.fitted`; None to fit them on the training set
    fitted_here: the values that the reader has fitted already
    rest: the fields of the Dataset that are passed on unchanged
    """
    spec = spec if fitted is None else replace(spec, classes=tuple(fitted.get("classes", ())) or None)
    classes = known_classes(raws["train"], spec)
    parts = {name: encode_part(raw, spec.signature, classes, fixed=fitted is not None) for name, raw in raws.items()}
    scaling = (fitted or {}).get("scaling")
    x_scaling, y_scaling = _scalings_of_json(scaling) if scaling else _fit_scalings(parts["train"], spec)
    data = Dataset(
        parts["train"],
        parts.get("validation"),
        parts.get("test"),
        x_scaling=x_scaling,
        y_scaling=y_scaling,
        classes=class_titles(classes, spec.class_names, spec.signature) if classes else None,
        target_change=spec.target_change,
        fitted={
            **(fitted_here or {}),
            **({"classes": list(classes)} if classes else {}),
            **(fitted or {}),
            "scaling": _scalings_as_json(x_scaling, y_scaling),
        },
        **rest,
    )
    return data if fitted or spec.signature.takes == "classes" else _check_dataset(data, spec)


def _check_dataset(data: Dataset, spec: EncodingSpec) -> Dataset:
    """Return the dataset with notes on its targets. Raises SpecError if outputs or loss cannot learn them."""
    if data.train.y is None:
        return data
    valid = np.s_[:] if data.train.y_valid is None else data.train.y_valid
    target = data.learnt_target(data.train)[valid]
    target, wanted = target.reshape(-1, target.shape[-1]), next(iter(spec.y_policies), "none")
    notes = check_targets(target, spec.signature, data.target_names)
    if data.y_scaling is None and wanted in ("standard", "minmax"):
        notes = (*notes, *unscaled_remark(target, spec.signature, wanted))
    return replace(data, notes=(*data.notes, *notes))


def known_classes(train: RawPart, spec: EncodingSpec) -> tuple[str, ...] | None:
    """Return the classes in the order of their codes: as listed, or from the training set. None for numbers."""
    if spec.signature.takes == "numbers" or train.y is None:
        return None
    return spec.classes or fit_classes(_real_labels(train.y, _valid_targets(train, spec.signature)), spec.signature)


def _real_labels(labels: Array, valid: Array | None) -> Array:
    """Return the labels of real timesteps."""
    return labels if valid is None else np.asarray(labels[valid])


def _valid_targets(raw: RawPart, signature: Signature) -> Array | None:
    """Return which timesteps of y are real and were measured. None if all are, or if y has no time axis."""
    valid = raw.valid if signature.answers_steps else None
    if raw.answered is None or not len(signature.output_shape) >= 3:
        return valid
    return raw.answered if valid is None else valid & raw.answered


def encode_part(raw: RawPart, signature: Signature, classes: tuple[str, ...] | None, *, fixed: bool = False) -> Part:
    """Build a Part: labels are int32 codes, numbers float32, and padded timesteps 0.

    `fixed` is passed to `encode_labels`.
    """
    y, y_valid = raw.y, _valid_targets(raw, signature)
    if signature.vocabulary:
        check_tokens(np.asarray(raw.x), raw.index, signature.vocabulary)
    if y is not None:
        y = _encode_real_labels(raw, y, y_valid, classes, signature, fixed=fixed) if classes else y.astype(np.float32)
        y = y if y_valid is None else fill_padded_steps(y, y_valid, 0)
    return Part(
        raw.x,
        y,
        raw.index,
        _none_if_all(raw.valid),
        raw.origin,
        _none_if_all(y_valid),
        raw.weight,
        keys=raw.keys,
        times=raw.times,
        own_steps=signature.own_steps,
    )


def _none_if_all(valid: Array | None) -> Array | None:
    return None if valid is None or valid.all() else valid


def _encode_real_labels(
    raw: RawPart, labels: Array, valid: Array | None, classes: tuple[str, ...], signature: Signature, *, fixed: bool
) -> Array:
    """Encode the labels. The values at padded timesteps need not be classes."""
    if valid is not None:
        labels = np.where(valid, labels, labels[valid][0])
    return encode_labels(labels, classes, raw.location, signature=signature, fixed=fixed)


def _scalings_as_json(x_scaling: Scaling | None, y_scaling: Scaling | None) -> dict[str, Any]:
    return {"x": x_scaling and x_scaling.as_json(), "y": y_scaling and y_scaling.as_json()}


def _scalings_of_json(scaling: Mapping[str, Any]) -> tuple[Scaling | None, Scaling | None]:
    return Scaling.of_json(scaling["x"]), Scaling.of_json(scaling["y"])


def _fit_scalings(train: Part, spec: EncodingSpec) -> tuple[Scaling | None, Scaling | None]:
    x_scaling = None if spec.signature.tokens else fit_scaling(train.x, train.valid, spec.x_policies)
    policies = [policy if spec.signature.scales(policy) else "none" for policy in spec.y_policies]
    if train.y is None or all(policy == "none" for policy in policies):
        return x_scaling, None
    target = train.y - train.origin if spec.target_change and train.origin is not None else train.y
    return x_scaling, fit_scaling(target, train.y_valid, policies)

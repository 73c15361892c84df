"""Preview a few samples, and a batch as the layers read it."""

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part
from tdcli.signature import Signature
from tdcli.survey.findings import BatchPreview, Curve, SamplePreview
from tdcli.survey.summaries import input_names, summarize_values

SAMPLES = 3
FEATURES = 6
CLASSES = 4
STEPS = 6


def preview_samples(data: Dataset) -> tuple[SamplePreview, ...]:
    """Return samples of the training set: the first of each class, or the first, the middle and the last sample."""
    part = data.train.take(_choose_samples(data))
    return tuple(_preview_sample(part, place, data) for place in range(len(part)))


def preview_batch(data: Dataset, size: int, signature: Signature) -> BatchPreview:
    """Return the first samples of the training set as a batch. Its x is scaled, and its y is the target as learnt.

    If the model takes any number of timesteps, the batch is as long as its longest sample.
    """
    part = data.train.take(np.arange(min(size, len(data.train))))
    x, y = data.inputs(np.asarray(part.x), integers=signature.tokens), data.learnt_target(part)
    valid = np.ones(x.shape[:2], bool) if part.valid is None else part.valid
    longest = int(np.nonzero(valid)[1].max()) + 1 if signature.timesteps is None else x.shape[1]
    x, valid, y_valid = x[:, :longest], valid[:, :longest], part.y_valid
    if signature.answers_steps:
        y, y_valid = y[:, :longest], None if y_valid is None else y_valid[:, :longest]
    first = x[0][valid[0]]
    steps = _evenly_spaced(len(first), STEPS)
    return BatchPreview(
        x.shape,
        y.shape,
        str(x.dtype),
        summarize_values(x[valid]),
        summarize_values(y if y_valid is None else y[y_valid]) if y.dtype.kind == "f" else None,
        float(1 - valid.mean()),
        tuple(steps.tolist()),
        {name: tuple(np.asarray(values)[steps].tolist()) for name, values in _feature_curves(first, data).items()},
    )


def _choose_samples(data: Dataset) -> Array:
    y = np.asarray(data.train.y)
    if data.classes is not None and y.ndim == 1:
        return np.unique(y, return_index=True)[1][:CLASSES]
    return _evenly_spaced(len(data.train), SAMPLES)


def _evenly_spaced(count: int, most: int) -> Array:
    """Return at most `most` of `count` positions, evenly spaced, including the first and the last."""
    return np.unique(np.linspace(0, count - 1, most).astype(int))


def _preview_sample(part: Part, place: int, data: Dataset) -> SamplePreview:
    x = np.asarray(part.x)[place]
    x = x if part.valid is None else x[part.valid[place]]
    y = np.asarray(part.y)[place]
    y = y if part.y_valid is None else y[part.y_valid[place]]
    return SamplePreview(part.title(place), _format_answer(y, data), _feature_curves(x, data))


def _feature_curves(x: Array, data: Dataset) -> dict[str, Curve]:
    """Return some features of a sample `(time, ...)` over time. For frames, return their mean."""
    if x.ndim == 1:
        return {"token": tuple(x.tolist())}
    if x.ndim > 2:
        return {"mean of the frame": tuple(x.reshape(len(x), -1).mean(axis=1).tolist())}
    return {name: tuple(x[:, place].tolist()) for place, name in enumerate(input_names(data)[:FEATURES])}


def _format_answer(y: Array, data: Dataset) -> str:
    """Return a sample's target as text: a class, numbers, or the targets of its first timesteps."""
    values = np.ravel(y)
    texts = [data.classes[each] if data.classes else f"{each:.4g}" for each in values[:STEPS]]
    return " ".join(texts) + (" ..." if len(values) > STEPS else "")

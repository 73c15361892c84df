"""Summarize features and targets for each part: range, mean and standard deviation."""

from collections.abc import Iterator, Mapping

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part, chunks
from tdcli.data.lazy import Windowed, coverage
from tdcli.survey.findings import FeatureSummary, ValueSummary


def summarize_features(data: Dataset) -> tuple[FeatureSummary, ...]:
    """Return the features, then the targets if they are numbers, in the units of the data, without padded timesteps."""
    inputs = {name: _summarize_columns(_real_steps(part)) for name, part in data.parts().items()}
    found = [_features_by_part(input_names(data), inputs, is_target=False)]
    if np.asarray(data.train.y).dtype.kind == "f":
        targets = {
            name: _summarize_columns(_real_targets(part, data))
            for name, part in data.parts().items()
            if part.y is not None
        }
        found.append(_features_by_part(_target_names(data), targets, is_target=True))
    return tuple(feature for features in found for feature in features)


def summarize_values(values: Array) -> ValueSummary:
    """Return a summary of all values. There must be at least one value."""
    low, high = float(values.min()), float(values.max())
    mean, deviation = float(values.mean(dtype=np.float64)), float(values.std(dtype=np.float64))
    return ValueSummary(values.size, low, mean, high, deviation)


def _features_by_part(
    names: tuple[str, ...], parts: Mapping[str, list[ValueSummary]], *, is_target: bool
) -> list[FeatureSummary]:
    return [
        FeatureSummary(name, is_target, {part: spreads[place] for part, spreads in parts.items()})
        for place, name in enumerate(names)
    ]


def input_names(data: Dataset) -> tuple[str, ...]:
    """Return the names of the last axis of x: the columns by name, else by number."""
    shape = data.train.x.shape
    if data.feature_names:
        return data.feature_names
    if len(shape) == 2:
        return ("token",)
    noun = "feature" if len(shape) == 3 else "channel"
    return tuple(f"{noun} {place}" for place in range(shape[-1]))


def _target_names(data: Dataset) -> tuple[str, ...]:
    units = np.asarray(data.train.y).shape[-1]
    names = data.target_names
    if names and units % len(names) == 0:
        return names
    return ("target",) if units == 1 else tuple(f"target {place}" for place in range(units))


def _real_targets(part: Part, data: Dataset) -> Iterator[Array]:
    y = np.asarray(part.y)
    real = y if part.y_valid is None else y[part.y_valid]
    yield real.reshape(-1, len(_target_names(data)))


def _real_steps(part: Part) -> Iterator[Array]:
    """Yield real timesteps, `(timesteps, features)`. A table row that many windows share is yielded once."""
    if isinstance(part.x, Windowed):
        yield part.x.matrix[coverage(part.x.starts, part.x.timesteps, len(part.x.matrix)) > 0]
        return
    for place, chunk in chunks(part.x):
        steps = chunk[..., None] if chunk.ndim == 2 else chunk
        real = steps if part.valid is None else steps[part.valid[place]]
        yield real.reshape(-1, real.shape[-1])


def _summarize_columns(rows: Iterator[Array]) -> list[ValueSummary]:
    """Return a summary of each column."""
    by_chunk = [[summarize_values(column) for column in chunk.T] for chunk in rows]
    return [_merge_chunks(column) for column in zip(*by_chunk, strict=True)]


def _merge_chunks(chunks: tuple[ValueSummary, ...]) -> ValueSummary:
    counts, means, deviations = np.array([[each.count, each.mean, each.deviation] for each in chunks]).T
    mean = np.average(means, weights=counts)
    deviation = np.sqrt(np.average(deviations**2 + (means - mean) ** 2, weights=counts))
    low, high = min(each.minimum for each in chunks), max(each.maximum for each in chunks)
    return ValueSummary(int(counts.sum()), low, float(mean), high, float(deviation))

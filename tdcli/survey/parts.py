"""Summarize the parts: their samples, their positions in the data, their classes and lengths."""

from collections.abc import Mapping

import numpy as np

from tdcli.data.dataset import Array, Dataset, Part
from tdcli.survey.findings import LengthSummary, PartSummary

STRETCHES = 60
MOST_BARS = 10


def summarize_parts(data: Dataset, places: Mapping[str, Array], total: int) -> tuple[PartSummary, ...]:
    """Return a summary of each part.

    places: the positions of the samples among `total` positions, for the parts that are cut from the same data
    """
    bins = min(STRETCHES, total)
    counts = {name: np.histogram(each, bins, (0, total))[0] for name, each in places.items()}
    of_all = np.maximum(sum(counts.values(), np.zeros(bins)), 1)
    return tuple(_summarize_part(name, part, counts.get(name), of_all) for name, part in data.parts().items())


def _summarize_part(name: str, part: Part, counts: Array | None, of_all: Array) -> PartSummary:
    shares = () if counts is None else tuple(map(float, counts / of_all))
    first, last = part.times.ends() if part.times else (str(part.index[0]), str(part.index[-1]))
    return PartSummary(name, len(part), first, last, shares)


def count_classes(data: Dataset) -> dict[str, dict[str, int]] | None:
    """Return the number of samples of each class, by part; None for numbers. If timesteps have classes, count these."""
    if data.classes is None:
        return None
    return {name: _count_codes(part, data.classes) for name, part in data.parts().items() if part.y is not None}


def _count_codes(part: Part, classes: tuple[str, ...]) -> dict[str, int]:
    codes = np.asarray(part.y)
    real = codes.ravel() if part.y_valid is None else codes[part.y_valid]
    return dict(zip(classes, np.bincount(real, minlength=len(classes)).tolist(), strict=True))


def summarize_lengths(data: Dataset) -> LengthSummary | None:
    """Return the lengths of the samples in real timesteps; None if no sample is padded."""
    valid = [part.valid for part in data.parts().values()]
    if all(each is None for each in valid):
        return None
    lengths = np.concatenate([_real_lengths(part) for part in data.parts().values()])
    low, high = int(lengths.min()), int(lengths.max())
    edges = np.unique(np.linspace(low, high + 1, min(MOST_BARS, high + 1 - low) + 1).astype(int))
    counts = np.histogram(lengths, edges)[0]
    return LengthSummary(low, float(lengths.mean()), high, tuple(edges.tolist()), tuple(counts.tolist()))


def _real_lengths(part: Part) -> Array:
    return np.full(len(part), part.x.shape[1]) if part.valid is None else part.valid.sum(axis=1)

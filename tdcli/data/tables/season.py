"""The season of a series: after how many rows it repeats itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tdcli.data.dataset import Array

CYCLES = 3
"""A season must fit into the series so many times."""

LONGEST = 2_000
"""Rows of a season that is looked for without candidates."""

MOST_ROWS = 2**17
"""Rows that are looked at: the last of each group, the longest groups first."""

CLEAR, ALIKE = 0.1, 1.25
"""A season this good is taken though a longer one is better; so is one within this factor of the best."""

THRESHOLD, FEW_ROWS, FEW_CYCLES, FEW_CYCLES_OF_CANDIDATE = 0.75, 5.0, 1.3, 0.8
"""What a season must reach; how much less of few rows, and of few cycles, over the root of their number."""

NEAR = 50
"""A candidate need not be better than lags nearer than its fiftieth."""

BASIN = 1.5
"""Lags up to this factor of a season belong to the same dip, of which the lowest is taken."""

Span = tuple[int, int]


def infer_season(series: Array, positions: Array, groups: Array, candidates: Sequence[int] = ()) -> int:
    """Return the season of `series` `(rows,)`, in positions; 1 where there is none. NaN was not measured.

    positions, groups: `(rows,)`, ascending within each group, the groups one after the other. Without candidates any
    season is looked for. The measure is the cumulative mean normalized difference of YIN (de Cheveigne and
    Kawahara 2002): how far values a season apart differ, over how far those apart by less differ. A random walk
    has 2, noise 1, an exact repetition 0. A trend is taken out first. What wanders so far that its season is lost
    is looked at again as its changes.
    """
    spans = _longest(groups)
    longest = max((end - first for first, end in spans), default=0)
    reach = min(max(candidates, default=LONGEST), longest // CYCLES)
    if reach < 2:
        return 1
    level = _on_grid(series, positions, spans, reach + 1)
    return (
        _season(level, range(2, reach + 1), candidates) or _season(np.diff(level), range(3, reach + 1), candidates) or 1
    )


def _longest(groups: Array) -> list[Span]:
    """Return the last rows of the longest groups, as `first, end`."""
    cuts = np.flatnonzero(np.diff(groups)) + 1
    firsts, ends = np.insert(cuts, 0, 0), np.append(cuts, len(groups))
    found: list[Span] = []
    left = MOST_ROWS
    for place in np.argsort(firsts - ends, kind="stable"):
        if left > 0:
            first = max(int(firsts[place]), int(ends[place]) - left)
            found.append((first, int(ends[place])))
            left -= int(ends[place]) - first
    return found


def _on_grid(series: Array, positions: Array, spans: Sequence[Span], apart: int) -> Array:
    """Return the groups one after the other on a regular grid, each without its trend and with a deviation of 1.

    Gaps longer than `apart`, and those between groups, become so long: no season reaches over them.
    """
    pieces = []
    for first, end in spans:
        values = _without_trend(series[first:end], positions[first:end])
        if values is None:
            continue
        steps = np.minimum(np.diff(positions[first:end]), apart)
        places = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
        piece = np.full(int(places[-1]) + 1 + apart, np.nan)
        piece[places] = values
        pieces.append(piece)
    return np.concatenate(pieces) if pieces else np.empty(0)


def _without_trend(values: Array, positions: Array) -> Array | None:
    """Return what the least-squares line leaves, with a deviation of 1; None where nothing varies."""
    values, real = values.astype(np.float64), np.isfinite(values)
    if real.sum() < CYCLES:
        return None
    times = positions - positions[real].mean()
    centred = values - values[real].mean()
    spread = (times[real] ** 2).sum()
    rest: Array = centred - times * ((times[real] * centred[real]).sum() / spread if spread else 0.0)
    deviation = rest[real].std()
    return rest / deviation if deviation > np.finfo(np.float32).eps * np.abs(values[real]).max() else None


def _season(values: Array, lags: range, candidates: Sequence[int]) -> int | None:
    """Return the shortest season that is nearly as good as the best; None where none is good.

    Changes of noise are unlike their neighbours, beside which any other lag looks good: theirs begin with 3.
    """
    measure, pairs = _normalized_differences(values, lags.start - 1, lags.stop)
    rows, found = np.maximum(pairs, 1), np.array(lags, np.int64)
    few_cycles = FEW_CYCLES_OF_CANDIDATE if candidates else FEW_CYCLES
    bound = np.minimum(1 - FEW_ROWS / np.sqrt(rows[found]), 1 - few_cycles / np.sqrt(rows[found] / found))
    bound = np.minimum(bound, THRESHOLD)
    found = found[measure[found] < bound]
    asked = sorted({*candidates} & {*found.tolist()}) if candidates else found.tolist()
    found = np.array([lag for lag in asked if _is_dip(measure, lag, candidates)], np.int64)
    if not len(found):
        return None
    first = found[measure[found] <= max(CLEAR, ALIKE * measure[found].min())][0]
    basin = found[(found >= first) & (found < BASIN * first)]
    return int(basin[measure[basin].argmin()])


def _is_dip(measure: Array, lag: int, candidates: Sequence[int]) -> bool:
    """Say whether no lag beside it is better; a candidate is known to be right but for a percent or two."""
    apart, factor = (1 + lag // NEAR, ALIKE) if candidates else (1, 1.0)
    return bool(measure[lag] <= factor * measure[lag - apart : lag + apart + 1].min())


def _normalized_differences(values: Array, least: int, reach: int) -> tuple[Array, Array]:
    """Return the measure at each lag up to `reach`, `(reach + 1,)`, and how many pairs of values it is of.

    Each lag is held against those from `least` on that are shorter.
    """
    real = np.isfinite(values)
    filled = np.where(real, values, 0.0)
    weights = real.astype(np.float64)
    size = 1 << int(np.ceil(np.log2(len(values) + reach + 1)))
    spectra = [np.fft.rfft(each, size) for each in (filled, filled**2, weights)]
    product, square, weight = spectra
    pairs = np.rint(_cross_correlation(weight, weight, size, reach))
    sums = _cross_correlation(square, weight, size, reach) + _cross_correlation(weight, square, size, reach)
    squares = np.maximum(sums - 2 * _cross_correlation(product, product, size, reach), 0)
    differences = np.where(pairs > 0, squares / np.maximum(pairs, 1), np.inf)
    differences[:least] = 0
    means = np.insert(np.cumsum(differences)[:-1], 0, 0) / np.maximum(np.arange(reach + 1) - least, 1)
    return np.divide(differences, means, out=np.ones(reach + 1), where=(means > 0) & np.isfinite(means)), pairs


def _cross_correlation(one: Array, other: Array, size: int, reach: int) -> Array:
    return np.asarray(np.fft.irfft(one.conj() * other, size)[: reach + 1])

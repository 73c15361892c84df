"""Infer the season of a series, which is the number of rows after which it repeats itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tdcli.data.dataset import Array

CYCLES = 3
"""How many times a season must fit into the series."""

LONGEST = 2_000
"""The longest season in rows if there are no candidates."""

MOST_ROWS = 2**17
"""The number of rows that are used: the last rows of each group, the longest groups first."""

CLEAR, ALIKE = 0.1, 1.25
"""The shortest season is used if its measure is at most CLEAR, or at most ALIKE times the best one."""

THRESHOLD, FEW_ROWS, FEW_CYCLES, FEW_CYCLES_OF_CANDIDATE = 0.75, 5.0, 1.3, 0.8
"""The measure of a season must be below THRESHOLD. The bound is lower for few rows and for few cycles: 1 minus FEW_ROWS
or FEW_CYCLES over the square root of their number."""

NEAR = 50
"""A candidate is compared with the lags around it, up to one fiftieth of the candidate away."""

BASIN = 1.5
"""Lags up to this factor of a season belong to the same dip, whose lowest lag is used."""

Span = tuple[int, int]


def infer_season(series: Array, positions: Array, groups: Array, candidates: Sequence[int] = ()) -> int:
    """Return the season of `series` `(rows,)`, in positions; 1 if there is none. NaN marks missing values.

    positions, groups: `(rows,)`, ascending within each group, one group after the other
    candidates: the possible seasons; empty for any season

    The measure is the cumulative mean normalized difference of YIN (de Cheveigne and Kawahara 2002): the mean squared
    difference of values a season apart, divided by the mean over shorter lags. A random walk has about 2, noise 1,
    and an exact repetition 0. The trend is removed first. If no season is found, the changes of the series are
    searched, because a wandering series can hide its season.
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
    """Return the last rows of the longest groups as pairs `first, end`."""
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

    Gaps between groups, and gaps longer than `apart`, become `apart` positions long, so that no season bridges them.
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
    """Return the residuals of the least-squares line, with a deviation of 1; None if they do not vary."""
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
    """Return the shortest season that is nearly as good as the best; None if none is good.

    The lags of changes begin with 3. Successive changes of noise differ so much that any other lag would look good.
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
    """Return whether no nearby lag is better. For a candidate, nearby lags within 2% may be slightly better."""
    apart, factor = (1 + lag // NEAR, ALIKE) if candidates else (1, 1.0)
    return bool(measure[lag] <= factor * measure[lag - apart : lag + apart + 1].min())


def _normalized_differences(values: Array, least: int, reach: int) -> tuple[Array, Array]:
    """Return the measure at each lag up to `reach`, `(reach + 1,)`, and the number of pairs of values at each lag.

    Each lag is compared with the shorter lags from `least` on.
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

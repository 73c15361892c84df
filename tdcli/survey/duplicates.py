"""Warn of samples that are in two sets, by comparing hashes of their values."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tdcli.data.dataset import Array, Dataset, Part, chunks
from tdcli.data.lazy import Windowed
from tdcli.data.splitting import SET_NAMES
from tdcli.sources.core.split import SplitError
from tdcli.text.diagnostic import Diagnostic

Hashes = NDArray[np.uint64]

BASE = 0x9E3779B97F4A7C15
"""The bits of the golden ratio, as in SplitMix64. The number is odd, so that it has an inverse modulo 2^64."""


def samples_in_two_parts(data: Dataset) -> Iterator[Diagnostic]:
    """Warn of samples whose x is also in another set."""
    hashes = {name: hash_samples(part) for name, part in data.parts().items()}
    for one, other in combinations(hashes, 2):
        again = int(pl.Series(hashes[other]).is_in(pl.Series(hashes[one]).unique().implode()).sum())
        if again:
            share = f"{again:,} of {len(hashes[other]):,} samples of the {SET_NAMES[other]}"
            message = f"{share} are also in the {SET_NAMES[one]}"
            why = "a model can memorize samples that it has seen, so the scores look better than they are"
            in_one = "keep related samples in one set: `split: {by: group, group: COLUMN}`"
            help = f"remove the duplicates from the data, or {in_one}"
            yield Diagnostic.warning("samples-in-two-parts", message, help, why=why, section=SplitError.section)


def hash_samples(part: Part) -> Hashes:
    """Return `(samples,)`, a hash of 64 bits for each x. Different samples collide with a probability of about 2^-64.

    The hash of a sample is the sum over its timesteps of the timestep's hash times a power of a base (Karp and Rabin,
    1987), so that windows over a table take no longer than its rows. Padded timesteps do not count.
    """
    if isinstance(part.x, Windowed):
        return _hash_windows(part.x)
    return np.concatenate([_hash_chunk(chunk, place, part.valid) for place, chunk in chunks(part.x)])


def _hash_windows(x: Windowed) -> Hashes:
    steps = len(x.matrix)
    sums = np.concatenate([[np.uint64(0)], np.cumsum(_hash_rows(x.matrix) * _powers(BASE, steps), dtype=np.uint64)])
    shifted = (sums[x.starts + x.timesteps] - sums[x.starts]) * _powers(pow(BASE, -1, 2**64), steps)[x.starts]
    return np.asarray(shifted)


def _hash_chunk(chunk: Array, place: slice, valid: Array | None) -> Hashes:
    samples, steps = chunk.shape[:2]
    rows = _hash_rows(chunk.reshape(samples * steps, -1)).reshape(samples, steps)
    if valid is not None:
        rows *= valid[place]
    return np.asarray((rows * _powers(BASE, steps)).sum(axis=1, dtype=np.uint64))


def _hash_rows(rows: Array) -> Hashes:
    """Return `(rows,)`, the rows' bits times random odd numbers, mixed as in SplitMix64 (Steele and others, 2014)."""
    bits = np.ascontiguousarray(rows).view(np.uint32)
    halves = np.random.default_rng(0).integers(2**63, size=bits.shape[1:], dtype=np.uint64)
    odd: Hashes = halves * np.uint64(2) + np.uint64(1)
    found: Hashes = np.zeros(len(bits), np.uint64)
    for place, factor in enumerate(odd.tolist()):
        np.add(found, (bits[:, place].astype(np.uint64) + 1) * np.uint64(factor), out=found)
    return _mix_bits(found)


def _mix_bits(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _powers(base: int, count: int) -> Any:
    """Return base^0, base^1, ... modulo 2^64."""
    factors = np.full(count, base, np.uint64)
    factors[:1] = 1
    return np.cumprod(factors, dtype=np.uint64)

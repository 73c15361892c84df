"""Divide samples into parts: in order, at random, with equal shares of each class, or by group."""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tdcli.sources.core.split import Split, SplitError

Indices = NDArray[np.int64]


PART_NAMES = ("train", "validation", "test")

SET_NAMES = {"train": "training set", "validation": "validation set", "test": "test set"}
"""The name of each part in messages."""

PartIndices = dict[str, Indices]
"""The indices of the samples of each part, ascending. There is always a part `train`; other parts are never empty."""


class Traits(NamedTuple):
    """The class and the group of each sample, `(samples,)`."""

    strata: NDArray[Any] | None = None
    groups: NDArray[Any] | None = None


def check_split_conflicts(split: Split, files: Collection[str]) -> None:
    """Raise SpecError if a part has both a file and a share, or if `by: given` has no file."""
    for name in ("validation", "test"):
        if name in files and (getattr(split, name) not in (None, "rest") or (name == "validation" and split.folds)):
            message = f"both `data` and `split` define the {SET_NAMES[name]}"
            raise SplitError.of("split-mismatch", message, f"remove `{name}` from `split` or from `data`")
    if split.by == "given" and not {"test", "validation"} & set(files):
        help = "write `test:` under `data`, or another `by` in `split`"
        raise SplitError.of("split-mismatch", "`by: given` needs a separate file for the validation or test set", help)


def split_samples(total: int, split: Split, by: str, seed: int, traits: Traits, *, given_test: bool) -> PartIndices:
    """Divide `total` samples into parts. The same seed returns the same parts.

    Raises SpecError if a part would be empty, or if the split needs classes or groups that the samples do not have.
    """
    sizes = split.sizes(total, given_test=given_test)
    everything = np.arange(total)
    if by == "time":
        cuts = np.cumsum(sizes)
        train, validation, test, _ = np.split(everything, cuts)
        validation = fold_block(train, split) if split.folds else validation
        return named_parts(np.setdiff1d(train, validation), validation, test)
    draw = _Draw(np.random.default_rng([seed, 1]), split, traits, by)
    test = draw.some(everything, sizes.test)
    rest = np.setdiff1d(everything, test)
    trained = sizes.train + sizes.validation
    rest = rest if by == "group" or trained == len(rest) else draw.some(rest, trained)
    validation = draw.fold(rest) if split.folds else draw.some(rest, sizes.validation)
    return named_parts(np.setdiff1d(rest, validation), validation, test)


def fold_block(pool: Indices, split: Split) -> Indices:
    """Return the validation block of the pool, which is divided into `folds` blocks of nearly equal size.

    >>> [fold_block(np.arange(7), Split(folds=3, fold=fold)).tolist() for fold in (1, 2, 3)]
    [[0, 1, 2], [3, 4], [5, 6]]
    """
    return np.asarray(np.array_split(pool, split.folds or 1)[(split.fold or 1) - 1])


def named_parts(train: Indices, validation: Indices, test: Indices) -> PartIndices:
    """Return the parts by name, without empty validation or test sets."""
    held_out = {"validation": validation, "test": test}
    return {"train": train} | {name: index for name, index in held_out.items() if len(index)}


class _Draw:
    """Draws samples from a pool at random, as the split demands."""

    def __init__(self, rng: np.random.Generator, split: Split, traits: Traits, by: str) -> None:
        self.rng, self.split = rng, split
        self.groups = traits.groups if by == "group" else None
        self.strata = traits.strata if split.stratify else None
        if by == "group" and self.groups is None:
            help = "use data in a table, and write `group: COLUMN` in `split`"
            raise SplitError.of("split-mismatch", "`by: group` needs a group for each sample", help)
        if split.stratify and self.strata is None:
            help = "remove `stratify` from `split`"
            raise SplitError.of("split-mismatch", "`stratify` needs exactly one class for each sample", help)

    def some(self, pool: Indices, count: int) -> Indices:
        """Return `count` samples of the pool, ascending. By group, return whole groups with about as many samples."""
        if count == 0:
            return pool[:0]
        if self.groups is not None:
            return self._whole_groups(pool, self.groups[pool], count)
        if self.strata is not None:
            return self._equal_shares(pool, self.strata[pool], count)
        return np.sort(self.rng.permutation(pool)[:count])

    def fold(self, pool: Indices) -> Indices:
        """Return the validation fold of the pool: whole groups, equal shares of each class, or random samples.

        Raises SpecError if there are more folds than groups or samples.
        """
        members = self._members(pool)
        chosen = [fold_block(self.rng.permutation(each), self.split) for each in members]
        found = np.sort(np.concatenate(chosen))
        if self.groups is not None:
            found = pool[np.isin(self.groups[pool], found)]
        if not len(found) or len(found) == len(pool):
            message = f"{len(pool):,} samples cannot be divided into {self.split.folds} folds"
            raise SplitError.of("split-too-small", message, "write fewer `folds`, or add more data")
        return found

    def _members(self, pool: Indices) -> list[NDArray[Any]]:
        """Return the arrays that are divided into folds: the groups, the samples of each class, or all samples."""
        if self.groups is not None:
            return [np.unique(self.groups[pool])]
        if self.strata is not None:
            return [pool[self.strata[pool] == name] for name in np.unique(self.strata[pool])]
        return [pool]

    def _equal_shares(self, pool: Indices, strata: NDArray[Any], count: int) -> Indices:
        names, sizes = np.unique(strata, return_counts=True)
        quotas = largest_remainder(sizes, count)
        chosen = [self.rng.permutation(pool[strata == name])[:quota] for name, quota in zip(names, quotas, strict=True)]
        return np.sort(np.concatenate(chosen))

    def _whole_groups(self, pool: Indices, groups: NDArray[Any], count: int) -> Indices:
        names, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
        if len(names) < 2:
            message = f"only {len(names)} group is left, but two parts of the data need one each"
            raise SplitError.of("split-too-small", message, "add more groups, or remove a part from `split`")
        order = self.rng.permutation(len(names))
        taken = np.cumsum(sizes[order])[:-1]
        last = int(np.argmin(np.abs(taken - count)))
        chosen: Indices = pool[np.isin(codes, order[: last + 1])]
        return chosen


def largest_remainder(sizes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Divide `count` seats in proportion to `sizes`: whole quotas first, then the largest remainders.

    >>> largest_remainder(np.array([50, 30, 20]), 7).tolist()
    [4, 2, 1]
    """
    exact = sizes * count / sizes.sum()
    quotas: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    short = count - int(quotas.sum())
    quotas[np.argsort(quotas - exact, kind="stable")[:short]] += 1
    return quotas

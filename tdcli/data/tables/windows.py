"""Cut a table into windows of rows, and split the windows by time.

rows     0 1 2 3 4 5 6 7 8 9      timesteps 3, ahead 2, steps 2: a window touches 6 rows
window   x x x . y y              `ahead` counts from the last x to the first y
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from tdcli.data.dataset import Array
from tdcli.data.splitting import PART_NAMES, SET_NAMES, PartIndices, Traits, split_samples
from tdcli.data.tables.files.cells import TooFewRowsError
from tdcli.data.tables.order.ordering import codes_by_appearance
from tdcli.data.tables.rows import CleaningPolicy, Rows
from tdcli.data.tables.samples import Layout, TableSamples
from tdcli.data.tables.time_split import assign_rows, split_by_time
from tdcli.data.times.answer_times import time_form
from tdcli.signature import Signature
from tdcli.sources.core.split import Split, SplitError, date_of
from tdcli.sources.tables.windows import Windows, window_reach
from tdcli.text.yaml_writer import to_inline_yaml


@dataclass(frozen=True)
class WindowLayout(Layout):
    """Cuts unbroken blocks of rows into windows. No window crosses from one block to the next.

    ahead: the number of rows from the last row of a window to the first row that it predicts
    steps: the number of rows that a window predicts
    stride: the number of rows between the starts of two windows
    season: the number of rows after which the series repeats itself; None to infer it
    """

    ahead: int = 1
    steps: int = 1
    stride: int = 1
    season: int | None = None

    by_file = False
    noun = "window"

    @classmethod
    def of(cls, section: Windows, signature: Signature) -> WindowLayout:
        """Return the layout that a section describes, for a model."""
        return cls(
            signature,
            section.target,
            section.group or (),
            CleaningPolicy(section.missing, section.max_gap, section.missing_rows == "insert"),
            section.sample_weight,
            target_change=section.target_change,
            ahead=section.ahead,
            steps=section.steps,
            stride=section.stride,
            season=section.season,
        )

    @property
    def timesteps(self) -> int:
        """The number of rows in a window."""
        return self.signature.timesteps or 1

    @property
    def reach(self) -> int:
        """The number of rows of a window, including its targets."""
        return window_reach(self.signature, self.ahead, self.steps)

    def cut(self, rows: Rows, *, targets: bool, future: bool = False) -> TableSamples:
        """Return all windows. With `future`, include windows that predict rows after the last row."""
        needs = self.timesteps if future or not targets else self.reach
        starts = window_starts(rows.blocks, needs, self.stride)
        if not len(starts):
            raise TooFewRowsError.of("too-few-rows", *self._too_few(len(rows), needs, "the table"))
        known = np.arange(0 if self.signature.per_step else self.timesteps - 1, self.timesteps)
        answers = known + self.ahead + np.arange(1 if self.signature.per_step else self.steps)
        origins = np.repeat(known, len(answers) // len(known)) if self.ahead else None
        names = self._names(rows, starts + known[0], within=needs == self.reach)
        notes = self._remarks(rows, starts, needs)
        known_targets = answers if targets else None
        return TableSamples(starts, self.timesteps, names, known_targets, origins, offsets=answers, notes=notes)

    def _remarks(self, rows: Rows, starts: Array, needs: int) -> tuple[str, ...]:
        """Return a note on the groups that have too few rows for a window."""
        windows = np.bincount(rows.groups[starts], minlength=int(rows.groups[-1]) + 1)
        without = int((windows == 0).sum())
        if not self.group or not without:
            return ()
        count = f"{without:,} of {len(windows):,} groups"
        return (f"{count} have no window, because a window needs {needs:,} consecutive rows",)

    def _names(self, rows: Rows, known: Array, *, within: bool) -> Array:
        """Return the lines of the first predicted rows. After the end of a block, the count of lines continues."""
        if within:
            return rows.cells.names(known + self.ahead)
        answers = np.minimum(known + self.ahead, len(rows) - 1)
        there = (rows.blocks[answers] == rows.blocks[known]) & (answers == known + self.ahead)
        return rows.cells.names(np.where(there, answers, known), np.where(there, 0, self.ahead))

    def split(
        self, rows: Rows, samples: TableSamples, strata: Array | None, split: Split, seed: int, *, given_test: bool
    ) -> PartIndices:
        """Split the windows by the rows that they predict, or as whole samples."""
        if split.by not in (None, "given", "time"):
            self._refuse_other_group(split)
            groups = codes_by_appearance(rows.cells.frame[split.group])[samples.starts] if split.group else None
            return split_samples(len(samples), split, split.by, seed, Traits(strata, groups), given_test=given_test)
        if split.stratify:
            message = "`stratify` needs a random split, but windows are split by time"
            help = "remove `stratify`" + ("" if strata is None else ", or write `by: random`")
            raise SplitError.of("split-mismatch", message, help)
        gap = self.reach if split.gap == "auto" else int(split.gap)
        undated = split.without_dates()
        undated.sizes(len(rows), "rows", given_test=given_test or undated != split)
        of_rows = assign_rows(rows, split, given_test=given_test)
        parts = split_by_time(rows, samples, of_rows, gap)
        self._refuse_empty(parts, split, rows, of_rows)
        return parts

    def notes(self, split: Split) -> tuple[str, ...]:
        """Return a note if windows of two parts share rows."""
        shares = split.by == "random" and self.stride < self.reach
        warning = "with `by: random`, windows of different sets share rows, so the scores will look too good"
        return (f"{warning}; `by: time` avoids this",) if shares else ()

    def _refuse_other_group(self, split: Split) -> None:
        if split.by == "group" and split.group not in self.group:
            message = f"windows would cross from one `{split.group}` to the next"
            raise SplitError.of(
                "split-mismatch", message, f"write `group: {to_inline_yaml(split.group)}` in `data` as well"
            )

    def _refuse_empty(self, parts: PartIndices, split: Split, rows: Rows, of_rows: Array) -> None:
        undated = split.without_dates()
        sizes = np.bincount(of_rows, minlength=len(PART_NAMES))
        for name, size in zip(PART_NAMES, sizes.tolist(), strict=False):
            date = getattr(split, name)
            wanted = size or date_of(date) or name == "train"
            if wanted and not size and rows.times is not None and undated != split:
                raise SplitError.of("split-mismatch", *self._outside(rows.times, split, name))
            if wanted and not len(parts.get(name, ())):
                raise TooFewRowsError.of("too-few-rows", *self._too_few(size, self.reach, f"the {SET_NAMES[name]}"))

    def _outside(self, times: pl.Series, split: Split, part: str) -> tuple[str, str]:
        """Return the message and the help for dates of a split that leave a part without rows."""
        dates = {name: getattr(split, name) for name in ("validation", "test") if date_of(getattr(split, name))}
        named = " and ".join(f"`{name}: {date}`" for name, date in dates.items())
        first, last = pl.Series([times.min(), times.max()], dtype=times.dtype).dt.strftime(time_form(times))
        message = f"{named} leaves no rows for the {SET_NAMES[part]}, because the table ranges from {first} to {last}"
        return message, "use dates in this range, or a fraction such as `test: 0.2`"

    def _too_few(self, rows: int, needs: int, where: str) -> tuple[str, str]:
        beyond = needs - self.timesteps
        message = f"{where} has {rows:,} rows, but one window needs {needs:,} consecutive rows"
        detail = f" ({self.timesteps:,} of input and {beyond:,} after it)" if beyond else ""
        return message + detail, "use more rows, a shorter window, or a larger part of the data"


def window_starts(blocks: Array, needs: int, stride: int) -> Array:
    """Return the rows where windows of `needs` rows start, `stride` rows apart within each block.

    >>> window_starts(np.array([0, 0, 0, 0, 1, 1]), needs=2, stride=2).tolist()
    [0, 2, 4]
    """
    firsts, ends = _run_bounds(blocks)
    return _concatenate_ranges(firsts, ends - needs + 1, stride)


def _run_bounds(numbers: Array) -> tuple[Array, Array]:
    """Return the starts and the ends of runs of the same number."""
    firsts = np.concatenate([[0], np.flatnonzero(np.diff(numbers)) + 1])
    return firsts, np.append(firsts[1:], len(numbers))


def _concatenate_ranges(firsts: Array, ends: Array, step: int) -> Array:
    """Return the concatenated `range(first, end, step)` of all pairs.

    >>> _concatenate_ranges(np.array([0, 10]), np.array([3, 14]), 2).tolist()
    [0, 2, 10, 12]
    """
    counts = np.maximum(0, -(-(ends - firsts) // step))
    kind = np.int32 if max(ends, default=0) < 2**31 else np.int64
    found = np.arange(counts.sum(), dtype=kind)
    found *= step
    found += np.repeat((firsts - step * (np.cumsum(counts) - counts)).astype(kind), counts)
    return found

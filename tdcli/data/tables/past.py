"""Look up past values of a column: the last or the first measured one, or one from some seasons ago."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.tables.rows import Rows


@dataclass(frozen=True)
class Past:
    """The rows of a table as the past of one column. Groups are ascending, and positions ascend in each group.

    positions, groups: `(rows,)`, as in `Rows`
    measured: `(rows,)` bool; None if every cell was measured
    """

    positions: Array
    groups: Array
    measured: Array | None = None

    @classmethod
    def of(cls, rows: Rows, column: str) -> Past:
        """Return the past of a column."""
        return cls(rows.positions, rows.groups, rows.measured.get(column))

    def last_measured(self, rows: Array) -> Array:
        """Return the last measured row at or before each of `rows` in its group; the row itself if there is none."""
        if self._last is None:
            return rows
        found = self._last[rows]
        return np.where(found >= self._firsts[rows], found, rows)

    def first_measured(self, rows: Array) -> Array:
        """Return the first measured row of each row's group; a row after the group if there is none."""
        firsts = self._firsts[rows]
        if self.measured is None:
            return firsts
        there = np.append(self._measured_rows, len(self.groups))
        return np.asarray(there[np.searchsorted(self._measured_rows, firsts)])

    def seasons_before(self, rows: Array, last: Array, season: int) -> Array:
        """Return the nearest measured row at or before `last` that is whole seasons before each of `rows`; else -1."""
        positions = self.positions[rows]
        seasons = np.maximum(1, -(-(positions - self.positions[last]) // season))
        found = self.at(rows, positions - seasons * season)
        missed = (found < 0) | ~self.is_measured(found)
        if missed.any():
            wanted = positions[missed] - seasons[missed] * season
            found[missed] = self._in_phase(self.groups[rows[missed]], wanted, season)
        return found

    def at(self, rows: Array, positions: Array) -> Array:
        """Return the row at each position in the group of each of `rows`; -1 if there is none."""
        guess = rows - (self.positions[rows] - positions)  # correct if no row between is missing
        guess = np.clip(guess, 0, len(self.groups) - 1)
        found = np.where(self._is_at(guess, rows, positions), guess, -1)
        missed = (found < 0) & (positions >= 0)
        if missed.any():
            wanted = self._key(self.groups[rows[missed]], positions[missed])
            place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
            found[missed] = np.where(self._keys[place] == wanted, place, -1)
        return found

    def is_measured(self, rows: Array) -> Array:
        """Return which of the rows were measured."""
        return np.ones(rows.shape, bool) if self.measured is None else np.asarray(self.measured[rows])

    def _is_at(self, guess: Array, rows: Array, positions: Array) -> Array:
        return np.asarray((self.positions[guess] == positions) & (self.groups[guess] == self.groups[rows]))

    def _key(self, groups: Array, positions: Array) -> Array:
        return np.asarray(groups.astype(np.int64) * (self._span + 1) + positions)

    def _in_phase(self, groups: Array, positions: Array, season: int) -> Array:
        """Return the last measured row of a group at a position or whole seasons before it; -1 if there is none."""
        rows, keys, cycles = self._by_phase(season)
        wanted = self._phase_keys(groups, positions, season)
        place = np.searchsorted(keys, wanted, side="right") - 1
        same = (place >= 0) & (positions >= 0) & (keys[place] // cycles == wanted // cycles)
        return np.where(same, rows[place], -1)

    def _by_phase(self, season: int) -> tuple[Array, Array, int]:
        """Return the measured rows, sorted by group, phase in the season and time, with their keys."""
        if season not in self._phases:
            rows = self._measured_rows
            keys = self._phase_keys(self.groups[rows], self.positions[rows], season)
            order = np.argsort(keys, kind="stable")
            self._phases[season] = rows[order], keys[order], self._span // season + 1
        return self._phases[season]

    def _phase_keys(self, groups: Array, positions: Array, season: int) -> Array:
        cycles = self._span // season + 1
        return np.asarray((groups.astype(np.int64) * season + positions % season) * cycles + positions // season)

    @cached_property
    def _keys(self) -> Array:
        """The number of each row by group and position, `(rows,)`, ascending."""
        return self._key(self.groups, self.positions)

    @cached_property
    def _measured_rows(self) -> Array:
        return np.arange(len(self.groups)) if self.measured is None else np.flatnonzero(self.measured)

    @cached_property
    def _span(self) -> int:
        return int(self.positions.max(initial=0))

    @cached_property
    def _phases(self) -> dict[int, tuple[Array, Array, int]]:
        return {}

    @cached_property
    def _firsts(self) -> Array:
        """The first row of each row's group, `(rows,)`."""
        begins = np.concatenate([[True], np.diff(self.groups) != 0])
        return np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))

    @cached_property
    def _last(self) -> Array | None:
        """The last measured row at or before each row, in any group, `(rows,)`; None if all are measured."""
        if self.measured is None:
            return None
        return np.maximum.accumulate(np.where(self.measured, np.arange(len(self.measured)), -1))

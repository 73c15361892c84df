"""Collect arriving rows until they form windows or complete sequences that can be predicted."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol


@dataclass(frozen=True)
class PipeRow:
    """The cells of a row, and its line number."""

    line: int
    cells: list[str]

    def name(self, columns: Sequence[int]) -> str:
        """Return the name of the row's group. Several columns are joined, as in `A, x`."""
        return ", ".join(self.cells[column] for column in columns)


class RowBuffer(Protocol):
    """Keeps rows until they form windows or sequences."""

    def take(self, rows: Sequence[PipeRow]) -> Iterator[list[PipeRow]]:
        """Add new rows, and yield the blocks of rows that can now be predicted."""

    def end(self) -> Iterator[list[PipeRow]]:
        """Yield the blocks of rows that can be predicted once no more rows arrive."""


class SlidingWindows:
    """Keeps the last rows of each group, one fewer than a window has, so that every window ends with a new row.

    columns: the indices of the columns that name the group; empty if all rows belong to one group.
    """

    def __init__(self, timesteps: int, columns: Sequence[int]) -> None:
        self.timesteps, self.columns = timesteps, columns
        self.kept: dict[str, list[PipeRow]] = defaultdict(list)

    def take(self, rows: Sequence[PipeRow]) -> Iterator[list[PipeRow]]:
        """Yield, for each group, its kept rows followed by the new ones if they fill a window."""
        new: dict[str, list[PipeRow]] = defaultdict(list)
        for row in rows:
            new[row.name(self.columns)].append(row)
        for group, those in new.items():
            stretch = self.kept[group] + those
            self.kept[group] = stretch[max(0, len(stretch) - self.timesteps + 1) :]
            if len(stretch) >= self.timesteps:
                yield stretch

    def end(self) -> Iterator[list[PipeRow]]:
        """Yield nothing, because the kept rows do not fill a window."""
        return iter(())


class WholeSequences:
    """Keeps the rows of a sequence until the next one starts. columns: the indices of the columns that name it."""

    def __init__(self, columns: Sequence[int]) -> None:
        self.columns = columns
        self.rows: list[PipeRow] = []

    def take(self, rows: Sequence[PipeRow]) -> Iterator[list[PipeRow]]:
        """Yield the sequences that are complete."""
        sequences = [list(those) for _, those in groupby([*self.rows, *rows], lambda row: row.name(self.columns))]
        yield from sequences[:-1]
        self.rows = sequences[-1] if sequences else []

    def end(self) -> Iterator[list[PipeRow]]:
        """Yield the last sequence."""
        if self.rows:
            yield self.rows

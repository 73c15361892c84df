"""Rows that come in, gathered into stretches that can be predicted: windows that slide, sequences that end."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol


@dataclass(frozen=True)
class PipeRow:
    """A row's cells, and the line that it stands on."""

    line: int
    cells: list[str]

    def name(self, columns: Sequence[int]) -> str:
        """Return what the row's group is called, of several columns `A, x`."""
        return ", ".join(self.cells[column] for column in columns)


class RowBuffer(Protocol):
    """Holds back rows until they complete something."""

    def take(self, rows: Sequence[PipeRow]) -> Iterator[list[PipeRow]]:
        """Take new rows, and yield the stretches that they complete."""

    def end(self) -> Iterator[list[PipeRow]]:
        """Yield what the end completes."""


class SlidingWindows:
    """Keeps each group's last rows, one less than a window has, so that every window of a stretch ends on a new row.

    columns: where the group's name stands in a row; none where all rows are of one group.
    """

    def __init__(self, timesteps: int, columns: Sequence[int]) -> None:
        self.timesteps, self.columns = timesteps, columns
        self.kept: dict[str, list[PipeRow]] = defaultdict(list)

    def take(self, rows: Sequence[PipeRow]) -> Iterator[list[PipeRow]]:
        """Yield for each group its last rows with the new ones behind them, where they fill a window."""
        new: dict[str, list[PipeRow]] = defaultdict(list)
        for row in rows:
            new[row.name(self.columns)].append(row)
        for group, those in new.items():
            stretch = self.kept[group] + those
            self.kept[group] = stretch[max(0, len(stretch) - self.timesteps + 1) :]
            if len(stretch) >= self.timesteps:
                yield stretch

    def end(self) -> Iterator[list[PipeRow]]:
        """Yield nothing: what is left fills no window."""
        return iter(())


class WholeSequences:
    """Keeps the rows of the sequence that is coming in, until another one begins; columns: where its name stands."""

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

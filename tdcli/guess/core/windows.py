"""Write a spec for windows over series: a forecast, or a class for each window's last row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tdcli.guess.core.autocorrelation import is_persistent
from tdcli.guess.core.cleaning import (
    CleaningGuess,
    TextEncoding,
    encode_column,
    feature_count,
    ignored_columns,
    ignored_note,
    source_lines,
)
from tdcli.guess.core.columns import RawColumn, names_of
from tdcli.guess.core.gaps import gap_line, row_limit
from tdcli.guess.core.groups import GroupedSeries
from tdcli.guess.core.keys import KeyColumns
from tdcli.guess.core.layers import class_outputs, number_outputs, recurrent_line
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.guess.core.series_split import SHARES, SeriesSplit, season_in, split_value
from tdcli.guess.core.sibling_files import find_test_file
from tdcli.guess.core.table_file import TableFile
from tdcli.guess.core.targets import TargetColumn, class_order
from tdcli.text.yaml_reader import parse_value

HORIZON = 6
"""Rows to forecast for series without a season, as in the M competitions (Makridakis and Hibon, 2000)."""

LONGEST_HORIZON = 48
FEWEST_TO_TEST = 10
"""Series. With fewer, the last rows are the test set rather than whole series."""

FEW_AT_END = 20
"""A table ends with future rows if the target is missing in the last 1/20 of its rows."""


@dataclass(frozen=True)
class WindowGuess:
    """Windows over the rows of a table with a target."""

    table: TableFile
    keys: KeyColumns
    target: TargetColumn
    excluded: frozenset[str] = frozenset()

    @cached_property
    def test(self) -> str | None:
        """The file of the test set."""
        return find_test_file(self.table, self._named)

    @property
    def _named(self) -> list[str]:
        """The columns that the spec names and does not ignore."""
        times = self.keys.times.columns if self.keys.times else ()
        own = names_of([*([self.keys.order] if self.keys.order else []), *self.keys.group, *self._read])
        return [*times, *own]

    @property
    def _read(self) -> list[RawColumn]:
        return list({column.name: column for column in (*self.features, self.target.column)}.values())

    @cached_property
    def parting(self) -> SeriesSplit:
        """How the rows are split into sets."""
        return SeriesSplit(self.keys.series, self.keys.calendar)

    @cached_property
    def trained(self) -> dict[str, int]:
        """The number of distinct values of each column in the training set."""
        rows = self.keys.series.order[self.parting.train]
        return {column.name: column.texts.gather(rows).drop_nulls().n_unique() for column in self.table.columns}

    @cached_property
    def features(self) -> list[RawColumn]:
        """The columns that the model reads."""
        hidden = () if self.target.ahead else (self.target.column.name,)
        taken = {*self.keys.columns, *hidden, *self.excluded}
        return [
            column
            for column in self.table.columns
            if column.name not in taken and column.is_input and self._teaches(column) and not column.is_identifier
        ]

    def _teaches(self, column: RawColumn) -> bool:
        """Return whether a column has several values in the training set, besides those that are left out."""
        gone = sum(each.startswith(f"{column.name}=") for each in self.excluded) if column.numbers is None else 0
        return self.trained[column.name] > 1 and self.trained[column.name] > gone

    @cached_property
    def encodings(self) -> dict[str, TextEncoding]:
        """How text columns become numbers."""
        rows = self.keys.series.order[self.parting.train]
        found = {
            column.name: encode_column(column, column.texts.gather(rows), self.excluded) for column in self.features
        }
        return {name: each for name, each in found.items() if each}

    @property
    def timesteps(self) -> int:
        """The number of rows of a window."""
        limit = row_limit(self.keys.series) if self.keys.tells_order else None
        return min(self.parting.timesteps, limit or self.parting.timesteps)

    def page(self) -> Guess:
        """Return the spec."""
        source = source_lines(self.table, self._named)
        data = SpecBlock("data", [*source, *self._keys(), *self._columns(), *self._cleaning().lines()])
        parting = SeriesSplit(self.keys.series, self.keys.calendar, given_test=bool(self.test))
        comment = f"the last rows are the {'validation' if self.test else 'test'} set"
        if self._by_group():
            comment = "whole series are the test set"
        if parting.each_group:
            comment = "the last rows of every series are the test set, because series end at different times"
        split = SpecLine("split", self._by_group() or split_value(parting), comment)
        rows = "1 row" if self.timesteps == 1 else f"{self.timesteps} rows"
        notes = [f"guessed: `{self.target.column.name}` is the target, and a window has {rows}"]
        ignored = self._cleaning().ignored
        notes += ignored_note(ignored)
        return Guess(
            self.table.title,
            [self._architecture(), data, split, training_block(32, validated=True)],
            notes,
            self._then(),
        )

    def _by_group(self) -> dict[str, Any] | None:
        """Return a split by whole series for targets on the window's last row without times; else None."""
        series = self.keys.series
        if self.target.ahead or self.keys.calendar or self.test or len(series.columns) != 1:
            return None
        few = len(series.lengths) < FEWEST_TO_TEST
        return None if few else {"by": "group", "group": series.columns[0].name, **SHARES}

    def _then(self) -> tuple[str, ...]:
        """Return the command that forecasts beyond the end of the data, if the target is the only feature."""
        if not self.target.ahead or names_of(self.features) != [self.target.column.name]:
            return ()
        season = season_in(self.keys.series)
        horizon = season if season and season <= LONGEST_HORIZON else HORIZON
        return (f"tdcli predict runs/latest --horizon {horizon}",)

    def _architecture(self) -> SpecBlock:
        sizes = {"timesteps": self.timesteps, "features": feature_count(self.features, self.encodings)}
        column = self.target.column
        outputs = number_outputs(1, f"`{column.name}`")
        return SpecBlock(
            "architecture",
            [
                SpecLine("kind", "many-to-one", "one output per window of rows"),
                SpecLine("input", sizes, self._why_timesteps()),
                recurrent_line(),
                class_outputs(class_order(column), f"`{column.name}`") if self.target.classes else outputs,
            ],
        )

    def _why_timesteps(self) -> str:
        frequency = self.keys.series.frequency
        seasons = () if frequency is None or self.keys.series.comes_irregularly else frequency.seasons[:1]
        for season in seasons:
            if self.timesteps in (season, 2 * season):
                return f"a guess: a window covers {'one season' if self.timesteps == season else 'two seasons'}"
        return "a guess: the rows of a window"

    def _keys(self) -> list[SpecLine]:
        series, lines = self.keys.series, []
        if self.keys.times:
            lines.append(SpecLine("time", self.keys.times.value, _frequency_comment(series)))
        if self.keys.order:
            lines.append(SpecLine("order", self.keys.order.name, "it orders the rows"))
        if series.columns:
            group = names_of(series.columns)
            count = f"{len(series.lengths):,} series; no window crosses from one to the next"
            lines.append(SpecLine("group", group[0] if len(group) == 1 else group, count))
        gap = gap_line(series, self.timesteps) if self.keys.tells_order else None
        return [*lines, *([gap] if gap else [])]

    def _columns(self) -> list[SpecLine]:
        column = self.target.column
        lines = [
            SpecLine("features", names_of(self.features)),
            SpecLine("target", column.name, f"a guess: {self.target.why}"),
        ]
        if self.target.classes and class_order(column) != column.categories:
            classes = [parse_value(text) for text in class_order(column)]
            lines.append(SpecLine("classes", classes, "the output is the probability of the second"))
        if not self.target.ahead:
            return [*lines, SpecLine("ahead", 0, "predict the last row of the window")]
        lines.append(SpecLine("ahead", 1, "predict the row after the window"))
        if is_persistent(column, self.keys.series):
            comment = "learn the change since the last row; metrics stay in the target's units"
            lines.append(SpecLine("target_change", value=True, comment=comment))
        return lines

    def _cleaning(self) -> CleaningGuess:
        ignored = ignored_columns(self.table, self._named, self.keys.counters, self.trained)
        skip, policies = self._missing()
        own = self.table.dialect.skip
        why = "rows of units" if own else ""
        why = "the first rows have missing values" if skip and not own else why
        return CleaningGuess(self.encodings, policies, self.table.na_values, own + skip, why, ignored)

    def _missing(self) -> tuple[int, Any]:
        """Return how many rows to skip, and a policy for each column with missing cells, or one for all."""
        series, target = self.keys.series, self.target.column
        gap = gap_line(series, self.timesteps) if self.keys.tells_order else None
        if gap and gap.key == "missing_rows":
            return 0, "forward-fill"
        gaps = [column for column in self._read if column.missing and (self.target.ahead or column in self.features)]
        in_file_order = bool((series.order[1:] > series.order[:-1]).all())
        leading = [int(column.texts.is_not_null().arg_max() or 0) for column in gaps]
        skip = max(leading, default=0)
        if in_file_order and not series.columns and 10 * skip <= self.table.rows:
            still = [column for column in gaps if column.texts[skip:].null_count()]
            ends = self._ends_unmeasured()
            return skip, {each.name: "drop" if ends and each is target else "forward-fill" for each in still}
        return 0, {column.name: self._policy(column) for column in gaps}

    def _ends_unmeasured(self) -> bool:
        """Return whether the target is missing at the end of the table, in future rows."""
        numbers = self.target.column.texts.gather(self.keys.series.order)
        return bool(numbers.tail(max(1, self.table.rows // FEW_AT_END)).is_null().all())

    def _policy(self, column: RawColumn) -> str:
        """Return the policy for missing cells. Cells at the start of a series cannot be filled from earlier ones."""
        if column is self.target.column and self._ends_unmeasured():
            return "drop"
        lengths = self.keys.series.lengths
        firsts = self.keys.series.order[lengths.cumsum() - lengths]
        return "drop" if column.texts.gather(firsts).null_count() else "forward-fill"


def _frequency_comment(series: GroupedSeries) -> str:
    """Describe the frequency of the rows."""
    if series.frequency is None or series.comes_irregularly:
        return "rows at irregular times"
    return f"a row every {series.frequency.name.removeprefix('1 ')}"

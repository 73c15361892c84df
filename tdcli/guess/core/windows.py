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
from tdcli.guess.core.layers import class_outputs, number_outputs
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.guess.core.series_split import SHARES, SeriesSplit, season_in, split_value
from tdcli.guess.core.sibling_files import find_test_file
from tdcli.guess.core.table_file import TableFile
from tdcli.guess.core.targets import TargetColumn, class_order
from tdcli.text.yaml_reader import parse_value

HORIZON = 6
"""Rows beyond the end of series without a season, as in the M competitions (Makridakis and Hibon, 2000)."""

LONGEST_HORIZON = 48
FEWEST_TO_TEST = 10
"""Series: of fewer the last rows test, not whole series."""

FEW_AT_END = 20
"""A table ends with rows to come where the target is missing in the last of so many rows."""


@dataclass(frozen=True)
class WindowGuess:
    """Windows over the rows of a table with a target."""

    table: TableFile
    keys: KeyColumns
    target: TargetColumn
    excluded: frozenset[str] = frozenset()

    @cached_property
    def test(self) -> str | None:
        """The file of the test part."""
        return find_test_file(self.table, self._named)

    @property
    def _named(self) -> list[str]:
        """The columns that the spec names and does not leave out."""
        times = self.keys.times.columns if self.keys.times else ()
        own = names_of([*([self.keys.order] if self.keys.order else []), *self.keys.group, *self._read])
        return [*times, *own]

    @property
    def _read(self) -> list[RawColumn]:
        return list({column.name: column for column in (*self.features, self.target.column)}.values())

    @cached_property
    def parting(self) -> SeriesSplit:
        """How the rows are cut into parts."""
        return SeriesSplit(self.keys.series, self.keys.calendar)

    @cached_property
    def trained(self) -> dict[str, int]:
        """How many values each column has in the training part."""
        rows = self.keys.series.order[self.parting.train]
        return {column.name: column.texts.gather(rows).drop_nulls().n_unique() for column in self.table.columns}

    @cached_property
    def features(self) -> list[RawColumn]:
        """The columns that go in."""
        hidden = () if self.target.ahead else (self.target.column.name,)
        taken = {*self.keys.columns, *hidden, *self.excluded}
        return [
            column
            for column in self.table.columns
            if column.name not in taken and column.is_input and self._teaches(column) and not _is_identifier(column)
        ]

    def _teaches(self, column: RawColumn) -> bool:
        """Say whether a column changes in the training part, in more than the values that are left out."""
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
        """Rows a window."""
        limit = row_limit(self.keys.series) if self.keys.tells_order else None
        return min(self.parting.timesteps, limit or self.parting.timesteps)

    def page(self) -> Guess:
        """Return the spec."""
        source = source_lines(self.table, self._named)
        data = SpecBlock("data", [*source, *self._keys(), *self._columns(), *self._cleaning().lines()])
        parting = SeriesSplit(self.keys.series, self.keys.calendar, given_test=bool(self.test))
        comment = "the last rows test" if not self.test else "the last rows validate"
        if self._by_group():
            comment = "whole series test"
        if parting.each_group:
            comment = "of every series the last rows test: they end at different times"
        split = SpecLine("split", self._by_group() or split_value(parting), comment)
        notes = [f"guessed: the target `{self.target.column.name}`, {self.timesteps} rows a window"]
        ignored = self._cleaning().ignored
        notes += ignored_note(ignored)
        return Guess(
            self.table.title,
            [self._architecture(), data, split, training_block(32, validated=True)],
            notes,
            self._then(),
        )

    def _by_group(self) -> dict[str, Any] | None:
        """Return a split of whole series, where their ends would else be unseen; None for others."""
        series = self.keys.series
        if self.target.ahead or self.keys.calendar or self.test or len(series.columns) != 1:
            return None
        few = len(series.lengths) < FEWEST_TO_TEST
        return None if few else {"by": "group", "group": series.columns[0].name, **SHARES}

    def _then(self) -> tuple[str, ...]:
        """Return the command that forecasts beyond the end, where all that goes in is predicted."""
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
                SpecLine("kind", "many-to-one", "one answer for each window of rows"),
                SpecLine("input", sizes, self._why_timesteps()),
                SpecLine("recurrent", {"cell": "LSTM", "units": 32}, "a guess: start small"),
                class_outputs(class_order(column), f"`{column.name}`") if self.target.classes else outputs,
            ],
        )

    def _why_timesteps(self) -> str:
        frequency = self.keys.series.frequency
        seasons = () if frequency is None or self.keys.series.comes_irregularly else frequency.seasons[:1]
        for season in seasons:
            if self.timesteps in (season, 2 * season):
                return f"a guess: {'a season' if self.timesteps == season else 'two seasons'} a window"
        return "a guess: so many rows a window"

    def _keys(self) -> list[SpecLine]:
        series, lines = self.keys.series, []
        if self.keys.times:
            lines.append(SpecLine("time", self.keys.times.value, _frequency_comment(series)))
        if self.keys.order:
            lines.append(SpecLine("order", self.keys.order.name, "it counts the rows"))
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
            lines.append(SpecLine("classes", classes, "the probability is that of the second"))
        if not self.target.ahead:
            return [*lines, SpecLine("ahead", 0, "of the window's last row, told from the rows up to it")]
        lines.append(SpecLine("ahead", 1, "the row after the window's last"))
        if is_persistent(column, self.keys.series):
            lines.append(
                SpecLine("target_change", value=True, comment="learn the change; figures stay in the data's units")
            )
        return lines

    def _cleaning(self) -> CleaningGuess:
        ignored = ignored_columns(self.table, self._named, self.keys.counters, self.trained)
        skip, policies = self._missing()
        own = self.table.dialect.skip
        why = "rows of units" if own else ""
        why = "rows at the start that miss a value" if skip and not own else why
        return CleaningGuess(self.encodings, policies, self.table.na_values, own + skip, why, ignored)

    def _missing(self) -> tuple[int, Any]:
        """Return how many rows to skip, and a policy for each column with missing cells, or for all."""
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
        """Say whether the target is missing at the end, in rows that are yet to come."""
        numbers = self.target.column.texts.gather(self.keys.series.order)
        return bool(numbers.tail(max(1, self.table.rows // FEW_AT_END)).is_null().all())

    def _policy(self, column: RawColumn) -> str:
        """Return what to do about missing cells: those at the start of a series have nothing to be filled from."""
        if column is self.target.column and self._ends_unmeasured():
            return "drop"
        lengths = self.keys.series.lengths
        firsts = self.keys.series.order[lengths.cumsum() - lengths]
        return "drop" if column.texts.gather(firsts).null_count() else "forward-fill"


def _frequency_comment(series: GroupedSeries) -> str:
    """Say how often there is a row."""
    if series.frequency is None or series.comes_irregularly:
        return "rows at irregular times"
    return f"a row every {series.frequency.name.removeprefix('1 ')}"


def _is_identifier(column: RawColumn) -> bool:
    """Say whether each row has a value of its own, by which it is called."""
    named = column.name.casefold().endswith(("id", "_no", "code", "key")) or not column.name
    return named and column.is_whole and column.distinct == len(column.texts)

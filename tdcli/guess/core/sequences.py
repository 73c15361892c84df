"""Write a spec for labelled sequences: one label per sequence, or one per timestep."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import polars as pl

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
from tdcli.guess.core.keys import KeyColumns
from tdcli.guess.core.layers import class_outputs, number_outputs, recurrent_line
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.guess.core.table_file import TableFile
from tdcli.guess.core.targets import class_order, holds_classes
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_value

FEWEST_TO_STRATIFY = 10
"""Sequences of the rarest class. With fewer, a set could get none of them."""


@dataclass(frozen=True)
class SequenceGuess:
    """Whole sequences with one target each, or one per timestep.

    constant: the other columns that do not change within a sequence. excluded: columns that are not features.
    """

    table: TableFile
    keys: KeyColumns
    sequence: RawColumn
    target: RawColumn
    per_step: bool
    constant: tuple[RawColumn, ...] = ()
    excluded: frozenset[str] = frozenset()

    @cached_property
    def lengths(self) -> list[int]:
        """The number of timesteps of each sequence."""
        return self.sequence.texts.value_counts()["count"].to_list()

    @cached_property
    def features(self) -> list[RawColumn]:
        """The columns that change within sequences."""
        taken = {self.sequence.name, self.target.name, *names_of(self.constant), *self.keys.columns, *self.excluded}
        columns = (column for column in self.table.columns if column.name not in taken)
        return [column for column in columns if column.is_input and not column.is_identifier]

    @cached_property
    def encodings(self) -> dict[str, TextEncoding]:
        """How text columns become numbers."""
        found = {column.name: encode_column(column, column.texts, self.excluded) for column in self.features}
        return {name: each for name, each in found.items() if each}

    def page(self) -> Guess:
        """Return the spec. Raises SpecError if there are no features."""
        if not self.features:
            message = f"`{self.table.path}` has no column that changes within the sequences of `{self.sequence.name}`"
            help = "write the spec by hand, starting from `tdcli init many-to-one`"
            raise SpecError.of("nothing-to-guess", message, help)
        order = self.keys.times.columns if self.keys.times else names_of([self.keys.order] if self.keys.order else [])
        used = [*order, self.sequence.name, self.target.name, *names_of(self.features)]
        ignored = ignored_columns(self.table, used, (*self.keys.counters, *self.keys.group), {})
        ignored |= dict.fromkeys(names_of(self.constant), "constant within each sequence")
        policies = {column.name: "drop" for column in self.features if column.missing}
        skip = self.table.dialect.skip
        cleaning = CleaningGuess(self.encodings, policies, self.table.na_values, skip, "rows of units", ignored)
        lines = [*source_lines(self.table, used), *self._data(), *cleaning.lines(), self._padding()]
        given = any(line.key == "test" for line in lines)
        body: list[SpecLine | SpecBlock] = [self._architecture(), SpecBlock("data", lines), self._split(given=given)]
        notes = [f"guessed: `{self.sequence.name}` identifies the sequences, and `{self.target.name}` is the target"]
        notes += ignored_note(ignored)
        return Guess(self.table.title, [*body, training_block(16, validated=True)], notes)

    def _architecture(self) -> SpecBlock:
        shortest, longest = min(self.lengths), max(self.lengths)
        steps = longest if shortest == longest else None
        kind = ("many-to-one", "one output per sequence")
        if self.per_step:
            kind = ("many-to-many", "one output per timestep; windows would lose the start of each sequence")
        name = f"`{self.target.name}`"
        classes = holds_classes(self.target)
        return SpecBlock(
            "architecture",
            [
                SpecLine("kind", *kind),
                SpecLine(
                    "input",
                    {"timesteps": steps, "features": feature_count(self.features, self.encodings)},
                    f"sequences of {shortest} to {longest} timesteps" if steps is None else "",
                ),
                recurrent_line(),
                class_outputs(class_order(self.target), name) if classes else number_outputs(1, name),
            ],
        )

    def _data(self) -> list[SpecLine]:
        lines = [
            SpecLine("layout", "sequences"),
            SpecLine("sequence", self.sequence.name, f"{len(self.lengths):,} sequences"),
        ]
        if self.keys.times:
            lines.append(SpecLine("time", self.keys.times.value))
        if self.keys.order:
            lines.append(SpecLine("order", self.keys.order.name, "it orders the timesteps"))
        why = "a guess: a label at every timestep" if self.per_step else "a guess: it is constant within each sequence"
        lines += [SpecLine("features", names_of(self.features)), SpecLine("target", self.target.name, why)]
        if holds_classes(self.target):
            lines.append(SpecLine("classes", [parse_value(text) for text in class_order(self.target)]))
        return lines

    def _padding(self) -> SpecLine:
        return SpecLine("padding", self._padding_value(), "fills short sequences; no real timestep may hold only this")

    def _padding_value(self) -> float:
        """Return 0, or a number below all features if some real timestep is all zeros."""
        numbers = pl.DataFrame([column.numbers for column in self.features if column.numbers is not None])
        zeros = numbers.select(pl.all_horizontal(pl.all() == 0).any()).item() if numbers.width else False
        if numbers.width < len(self.features) or not zeros:
            return 0.0
        lowest = numbers.select(pl.min_horizontal(pl.all().min())).item()
        return float(math.floor(lowest) - 1)

    def _split(self, *, given: bool) -> SpecLine:
        shares = {"validation": 0.15} if given else {"validation": 0.15, "test": 0.2}
        how = "given" if given else "random"
        if self.per_step or not holds_classes(self.target) or self._rarest() < FEWEST_TO_STRATIFY:
            return SpecLine("split", {"by": how, **shares}, "whole sequences, chosen at random")
        return SpecLine(
            "split", {"by": how, "stratify": True, **shares}, "stratify: the same proportion of each class in every set"
        )

    def _rarest(self) -> int:
        sequences = pl.DataFrame({"sequence": self.sequence.texts, "target": self.target.texts}).unique()
        return int(sequences["target"].value_counts()["count"].min() or 0)  # type: ignore[arg-type]

"""Write a spec for labelled sequences: one label for a sequence, or one for a step."""

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
from tdcli.guess.core.layers import class_outputs, number_outputs
from tdcli.guess.core.page import Guess, SpecBlock, SpecLine, training_block
from tdcli.guess.core.table_file import TableFile
from tdcli.guess.core.targets import class_order, holds_classes
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_value

FEWEST_TO_STRATIFY = 10
"""Sequences of the rarest class: with fewer, a part may get none."""


@dataclass(frozen=True)
class SequenceGuess:
    """Whole sequences with a target each, or at each step; `constant` are other columns that do not change within."""

    table: TableFile
    keys: KeyColumns
    sequence: RawColumn
    target: RawColumn
    per_step: bool
    constant: tuple[RawColumn, ...] = ()
    excluded: frozenset[str] = frozenset()

    @cached_property
    def lengths(self) -> list[int]:
        """How many steps each sequence has."""
        return self.sequence.texts.value_counts()["count"].to_list()

    @cached_property
    def features(self) -> list[RawColumn]:
        """The columns that change within sequences."""
        taken = {self.sequence.name, self.target.name, *names_of(self.constant), *self.keys.columns, *self.excluded}
        return [column for column in self.table.columns if column.name not in taken and column.is_input]

    @cached_property
    def encodings(self) -> dict[str, TextEncoding]:
        """How text columns become numbers."""
        found = {column.name: encode_column(column, column.texts, self.excluded) for column in self.features}
        return {name: each for name, each in found.items() if each}

    def page(self) -> Guess:
        """Return the spec. Raises SpecError without features."""
        if not self.features:
            message = f"`{self.table.path}` has no column that changes within the sequences of `{self.sequence.name}`"
            help = "write the spec by hand: `tdcli init many-to-one` is a start"
            raise SpecError.of("nothing-to-guess", message, help)
        order = self.keys.times.columns if self.keys.times else names_of([self.keys.order] if self.keys.order else [])
        used = [*order, self.sequence.name, self.target.name, *names_of(self.features)]
        ignored = ignored_columns(self.table, used, (*self.keys.counters, *self.keys.group), {})
        ignored |= dict.fromkeys(names_of(self.constant), "one value a sequence")
        policies = {column.name: "drop" for column in self.features if column.missing}
        skip = self.table.dialect.skip
        cleaning = CleaningGuess(self.encodings, policies, self.table.na_values, skip, "rows of units", ignored)
        lines = [*source_lines(self.table, used), *self._data(), *cleaning.lines(), self._padding()]
        given = any(line.key == "test" for line in lines)
        body: list[SpecLine | SpecBlock] = [self._architecture(), SpecBlock("data", lines), self._split(given=given)]
        notes = [f"guessed: the sequences by `{self.sequence.name}`, the target `{self.target.name}`"]
        notes += ignored_note(ignored)
        return Guess(self.table.title, [*body, training_block(16, validated=True)], notes)

    def _architecture(self) -> SpecBlock:
        shortest, longest = min(self.lengths), max(self.lengths)
        steps = longest if shortest == longest else None
        kind = ("many-to-one", "one answer for each sequence")
        if self.per_step:
            kind = ("many-to-many", "one answer for each step; windows would lose the first steps of each sequence")
        name = f"`{self.target.name}`"
        classes = holds_classes(self.target)
        return SpecBlock(
            "architecture",
            [
                SpecLine("kind", *kind),
                SpecLine(
                    "input",
                    {"timesteps": steps, "features": feature_count(self.features, self.encodings)},
                    f"sequences of {shortest} to {longest} steps" if steps is None else "",
                ),
                SpecLine("recurrent", {"cell": "LSTM", "units": 32}, "a guess: start small"),
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
            lines.append(SpecLine("order", self.keys.order.name, "it counts the steps"))
        why = "a guess: a label at every step" if self.per_step else "a guess: it is the same on all rows of a sequence"
        lines += [SpecLine("features", names_of(self.features)), SpecLine("target", self.target.name, why)]
        if holds_classes(self.target):
            lines.append(SpecLine("classes", [parse_value(text) for text in class_order(self.target)]))
        return lines

    def _padding(self) -> SpecLine:
        return SpecLine("padding", self._padding_value(), "fills up short sequences; no real step may hold it alone")

    def _padding_value(self) -> float:
        """Return 0, or a number below all features where some real step is all zeros."""
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
            return SpecLine("split", {"by": how, **shares}, "whole sequences are drawn")
        return SpecLine(
            "split", {"by": how, "stratify": True, **shares}, "stratify: every part gets its share of each class"
        )

    def _rarest(self) -> int:
        sequences = pl.DataFrame({"sequence": self.sequence.texts, "target": self.target.texts}).unique()
        return int(sequences["target"].value_counts()["count"].min() or 0)  # type: ignore[arg-type]

"""Whole sequences out of a long table, padded or cut to one length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.splitting import PartIndices, Traits, split_samples
from tdcli.data.tables.files.cells import TooFewRowsError
from tdcli.data.tables.order.ordering import codes_by_appearance
from tdcli.data.tables.rows import CleaningPolicy, Rows
from tdcli.data.tables.samples import Layout, TableSamples
from tdcli.signature import Signature
from tdcli.sources.core.split import Split
from tdcli.sources.tables.sequences import Sequences
from tdcli.text.errors import SpecError


@dataclass(frozen=True)
class SequenceLayout(Layout):
    """One sample a sequence; a sequence lies in one file."""

    by_file = True
    noun = "sequence"

    @classmethod
    def of(cls, section: Sequences, signature: Signature) -> SequenceLayout:
        """Return the layout that a section describes, for a model."""
        cleaning = CleaningPolicy(section.missing)
        return cls(signature, section.target, (section.sequence,), cleaning, section.sample_weight, section.padding)

    @property
    def sequence(self) -> str:
        """The column that tells sequences apart."""
        return self.group[0]

    def cut(self, rows: Rows, *, targets: bool, future: bool = False) -> TableSamples:
        """Return all sequences, as long as the longest or as the model's timesteps."""
        if not len(rows):
            raise TooFewRowsError.of("too-few-rows", "no sequence is left", "fewer rows must be skipped or dropped")
        firsts = np.flatnonzero(np.concatenate([[True], np.diff(rows.groups) != 0]))
        lengths = np.diff(np.append(firsts, len(rows)))
        timesteps = self.signature.timesteps or int(lengths.max())
        cut = int((lengths > timesteps).sum())
        notes = (f"{cut:,} of {len(lengths):,} sequences were cut to their first {timesteps} steps",) if cut else ()
        lengths = np.minimum(lengths, timesteps)
        answers = np.arange(timesteps if self.signature.per_step else 1) if targets else None
        if targets and not self.signature.per_step:
            self._refuse_mixed(rows, firsts)
        names = rows.cells.frame[self.sequence].to_numpy()[firsts]
        return TableSamples(firsts, timesteps, names, answers, lengths=lengths, notes=notes)

    def _refuse_mixed(self, rows: Rows, firsts: Array) -> None:
        """Raise SpecError where the rows of one sequence disagree about its target."""
        values = rows.texts if self.signature.takes == "classes" else rows.numbers
        own = firsts[np.searchsorted(firsts, np.arange(len(rows)), side="right") - 1]
        for name in self.targets:
            other = np.flatnonzero(values[name] != values[name][own])
            if len(other):
                row = int(other[0])
                location, sequence = rows.cells.location(row, name), rows.cells.frame[self.sequence][row]
                message = (
                    f"sequence `{sequence}` has two values of `{name}`: {values[name][own[row]]}, {values[name][row]}"
                )
                why = "this kind gives one answer a sequence, so all its rows must carry the same"
                help = "correct the row, or write a kind that answers every step: many-to-many"
                raise SpecError.of("mixed-labels", message, help, span=location.span, why=why)

    def split(
        self, rows: Rows, samples: TableSamples, strata: Array | None, split: Split, seed: int, *, given_test: bool
    ) -> PartIndices:
        """Share out whole sequences."""
        by = split.by if split.by not in (None, "given") else "random"
        groups = self._groups(rows, samples, split.group) if by == "group" and split.group else None
        return split_samples(len(samples), split, by, seed, Traits(strata, groups), given_test=given_test)

    def _groups(self, rows: Rows, samples: TableSamples, column: str) -> Array:
        codes = codes_by_appearance(rows.cells.frame[column])
        first, every = codes[samples.starts[:, None]], codes[samples.rows]
        mixed = np.flatnonzero((every != first).any(axis=1))
        if len(mixed):
            message = f"sequence `{samples.index[mixed[0]]}` lies in several groups of `{column}`"
            raise SpecError.of("mixed-labels", message, "a group must hold whole sequences")
        return np.asarray(first[:, 0])

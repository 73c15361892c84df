"""Cut a long table into whole sequences, which are padded or truncated to one length."""

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
    """Each sequence is one sample. A sequence is in a single file."""

    by_file = True
    noun = "sequence"

    @classmethod
    def of(cls, section: Sequences, signature: Signature) -> SequenceLayout:
        """Return the layout that a section describes, for a model."""
        cleaning = CleaningPolicy(section.missing)
        return cls(signature, section.target, (section.sequence,), cleaning, section.sample_weight, section.padding)

    @property
    def sequence(self) -> str:
        """The column with the name of each row's sequence."""
        return self.group[0]

    def cut(self, rows: Rows, *, targets: bool, future: bool = False) -> TableSamples:
        """Return all sequences. They have the timesteps of the model, or else the length of the longest sequence."""
        if not len(rows):
            raise TooFewRowsError.of("too-few-rows", "no sequence is left", "skip or drop fewer rows")
        firsts = np.flatnonzero(np.concatenate([[True], np.diff(rows.groups) != 0]))
        lengths = np.diff(np.append(firsts, len(rows)))
        timesteps = self.signature.timesteps or int(lengths.max())
        cut = int((lengths > timesteps).sum())
        notes = (f"truncated {cut:,} of {len(lengths):,} sequences to {timesteps} timesteps",) if cut else ()
        lengths = np.minimum(lengths, timesteps)
        answers = np.arange(timesteps if self.signature.per_step else 1) if targets else None
        if targets and not self.signature.per_step:
            self._refuse_mixed(rows, firsts)
        names = rows.cells.frame[self.sequence].to_numpy()[firsts]
        return TableSamples(firsts, timesteps, names, answers, lengths=lengths, notes=notes)

    def _refuse_mixed(self, rows: Rows, firsts: Array) -> None:
        """Raise SpecError if the rows of one sequence have different targets."""
        values = rows.texts if self.signature.takes == "classes" else rows.numbers
        own = firsts[np.searchsorted(firsts, np.arange(len(rows)), side="right") - 1]
        for name in self.targets:
            other = np.flatnonzero(values[name] != values[name][own])
            if len(other):
                row = int(other[0])
                location, sequence = rows.cells.location(row, name), rows.cells.frame[self.sequence][row]
                first, second = values[name][own[row]], values[name][row]
                message = f"sequence `{sequence}` has different values of `{name}`: {first} and {second}"
                why = "this kind of model predicts one value for each sequence, so its rows need the same value"
                help = "correct the row, or use the kind `many-to-many`, which predicts a value at each timestep"
                raise SpecError.of("mixed-labels", message, help, span=location.span, why=why)

    def split(
        self, rows: Rows, samples: TableSamples, strata: Array | None, split: Split, seed: int, *, given_test: bool
    ) -> PartIndices:
        """Split the samples into parts of whole sequences."""
        by = split.by if split.by not in (None, "given") else "random"
        groups = self._groups(rows, samples, split.group) if by == "group" and split.group else None
        return split_samples(len(samples), split, by, seed, Traits(strata, groups), given_test=given_test)

    def _groups(self, rows: Rows, samples: TableSamples, column: str) -> Array:
        codes = codes_by_appearance(rows.cells.frame[column])
        first, every = codes[samples.starts[:, None]], codes[samples.rows]
        mixed = np.flatnonzero((every != first).any(axis=1))
        if len(mixed):
            message = f"sequence `{samples.index[mixed[0]]}` belongs to several groups of `{column}`"
            raise SpecError.of("mixed-labels", message, f"write the same `{column}` into all rows of a sequence")
        return np.asarray(first[:, 0])

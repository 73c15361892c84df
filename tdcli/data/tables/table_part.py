"""The samples of one part of a table, read from its clean rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from tdcli.data.assembly import RawPart
from tdcli.data.dataset import Array
from tdcli.data.labels import CellLocation
from tdcli.data.lazy import OnDemand, Windowed, apply_overlays
from tdcli.data.padding import check_padding_value, check_real_steps, equal_to_mask, fill_padded_steps, valid_steps
from tdcli.data.tables.encoding import FeatureMatrix
from tdcli.data.tables.rows import Rows
from tdcli.data.tables.samples import Layout, TableSamples
from tdcli.data.times.answer_times import AnswerTimes
from tdcli.machine import is_large
from tdcli.sources.core.fit import masking_missing
from tdcli.sources.core.section import raise_if_any
from tdcli.text.errors import SpecError


def cut_samples(layout: Layout, rows: Rows, *, targets: bool, future: bool = False) -> TableSamples:
    """Cut rows into samples, without those whose targets are missing. Raises SpecError if none are left.

    targets: whether the rows have a target
    future: whether to keep samples that predict rows after the last row
    """
    samples = layout.cut(rows, targets=targets, future=future)
    measured = measured_answers(layout, rows, samples)
    if measured is None:
        return samples
    kept = (measured.any if layout.signature.per_step else measured.all)(axis=1)
    return samples.with_answers(np.flatnonzero(kept), layout.noun)


def measured_answers(layout: Layout, rows: Rows, samples: TableSamples) -> Array | None:
    """Return `(samples, places)`, False if the target was not measured; None if all were."""
    filled_in = [rows.measured[name] for name in layout.targets if name in rows.measured]
    if samples.targets is None or not filled_in:
        return None
    return np.asarray(np.logical_and.reduce(filled_in)[samples.targets])


def strata_of(layout: Layout, rows: Rows, samples: TableSamples) -> Array | None:
    """Return the code of each sample's label; None for numbers and for labels at each timestep."""
    targets = samples.targets
    if layout.signature.takes == "numbers" or layout.signature.returns_sequences or targets is None:
        return None
    return np.unique(rows.texts[layout.targets[0]][targets][:, 0], return_inverse=True)[1]


@dataclass(frozen=True)
class TablePart:
    """The samples of a part, their rows, and the features of these rows."""

    layout: Layout
    rows: Rows
    samples: TableSamples
    matrix: FeatureMatrix

    def raw(self) -> RawPart:
        """Collect the values of the samples. Raises SpecError at the first invalid one."""
        samples = self.samples
        x, valid = self._inputs()
        y = None if samples.targets is None else self._target(samples.targets)
        origin = None
        if samples.origins is not None and self.layout.signature.takes == "numbers" and self._has_targets():
            origin = self._numbers(samples.origins).astype(np.float32)
        weight = None if samples.targets is None else self._weight(samples.targets)
        answered = measured_answers(self.layout, self.rows, samples) if self.layout.signature.per_step else None
        location, times = partial(_target_location, self.layout, self.rows, samples), self._times()
        return RawPart(x, y, samples.index, valid, answered, origin, weight, self._keys(), times, location)

    def _keys(self) -> dict[str, Array]:
        """Return the group columns, with the cell of each window."""
        samples = self.samples
        if samples.lengths is not None:
            return {}
        return {name: self.rows.cells.frame[name].gather(samples.starts).to_numpy() for name in self.layout.group}

    def _times(self) -> AnswerTimes | None:
        """Return the times of the rows that windows predict."""
        times, samples = self.rows.table_times, self.samples
        if times is None or samples.lengths is not None or samples.offsets is None:
            return None
        return AnswerTimes(times, samples.starts, samples.offsets)

    def _weight(self, rows: Array) -> Array | None:
        """Return the weights of samples or of their timesteps. For several predicted rows, return the mean weight."""
        column = self.layout.weight
        if column is None or column not in self.rows.numbers:
            return None
        weights = self.rows.numbers[column]
        below = np.flatnonzero(weights < 0)
        if len(below):
            location = self.rows.cells.location(int(below[0]), column)
            message = f"the weight on {location.text} is {weights[below[0]]:g}, but weights cannot be negative"
            raise SpecError.of("wrong-value", message, "write a weight of 0 or more", span=location.span)
        values: Array = weights[rows].astype(np.float32)
        return values if self.layout.signature.returns_sequences else values.mean(axis=1)

    def _has_targets(self) -> bool:
        return all(name in self.rows.numbers for name in self.layout.targets)

    def _inputs(self) -> tuple[Array | OnDemand, Array | None]:
        """Return the samples, and which of their timesteps are real. Windows are cut only when they are read."""
        samples, mask_value = self.samples, self.layout.signature.mask_value
        values, overlays = self.matrix.values, self.matrix.overlays
        if samples.lengths is None and mask_value is None:
            large = is_large(len(samples) * samples.timesteps * values.shape[1])
            return Windowed(values, samples.starts, samples.timesteps, large, overlays), None
        rows = samples.rows
        x = apply_overlays(values[rows], rows, rows[:, -1], overlays)
        if samples.lengths is not None:
            return self._padded(x, valid_steps(samples.lengths, x.shape[1]))
        valid = ~equal_to_mask(x, float(mask_value or 0))
        check_real_steps(valid, samples.index)
        return x, valid

    def _padded(self, x: Array, valid: Array) -> tuple[Array, Array]:
        x = fill_padded_steps(x, valid, self.layout.padding)
        signature = self.layout.signature
        if signature.mask_value is not None:
            check_padding_value(x, valid, signature.mask_value, self.samples.index, signature.kind)
        elif not valid.all():
            diagnostic = masking_missing(self.layout.padding, signature)
            shortest = valid.sum(axis=1).min()
            cut = f"or set the timesteps of the input to {shortest}, which truncates all sequences to the shortest"
            raise_if_any([replace(diagnostic, help=(*diagnostic.help, cut))])
        return x, valid

    def _target(self, rows: Array) -> Array:
        if self.layout.signature.takes == "numbers":
            return self._numbers(rows)
        labels = self._labels(rows)
        return labels if self.layout.signature.returns_sequences else labels[:, 0]

    def _numbers(self, rows: Array) -> Array:
        """Return `(samples, time, targets)`, or `(samples, time * targets)` unless the model returns sequences."""
        numbers = self.rows.numbers
        values = np.stack([numbers[name][rows] for name in self.layout.targets], axis=-1)
        return values if self.layout.signature.returns_sequences else values.reshape(len(values), -1)

    def _labels(self, rows: Array) -> Array:
        labels: Array = self.rows.texts[self.layout.targets[0]][rows]
        return labels


def _target_location(layout: Layout, rows: Rows, samples: TableSamples, position: tuple[int, ...]) -> CellLocation:
    """Return the location of the target of a sample or of one of its timesteps."""
    sample, step = (*position, 0)[:2]
    row = 0 if samples.targets is None else int(samples.targets[sample, step])
    return rows.cells.location(row, layout.targets[0])

"""One table on its way to samples: which columns it needs, its clean rows, its samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from tdcli.data.assembly import Raw
from tdcli.data.dataset import Array
from tdcli.data.labels import Place
from tdcli.data.lazy import OnDemand, Windowed, laid_over
from tdcli.data.padding import equal_to_mask, overwritten, refuse_only_padding, refuse_real_padding, valid_steps
from tdcli.data.tables.encoding import FeatureMatrix
from tdcli.data.tables.files.cells import Cells, read_cells
from tdcli.data.tables.files.column_request import Wanted
from tdcli.data.tables.order.ordering import OrderedCells, in_order
from tdcli.data.tables.rows import Rows, clean_rows
from tdcli.data.tables.samples import Cut, Layout, Samples
from tdcli.data.times.answer_times import AnswerTimes
from tdcli.data.times.frequency import Frequency
from tdcli.machine import is_large
from tdcli.sources.core.fit import masking_missing
from tdcli.sources.core.section import refuse
from tdcli.sources.tables.columns import Encoding
from tdcli.text.diagnostic import UserError


@dataclass(frozen=True)
class Source:
    """A table that was read: clean rows, and the samples that a layout cuts out of them."""

    layout: Layout
    features: tuple[str, ...]
    rows: Rows
    cut: Cut

    @classmethod
    def of(cls, layout: Layout, features: tuple[str, ...], rows: Rows, **how: bool) -> Source:
        """Cut the rows; `how` is said to the layout. Samples whose answer was not measured are left out."""
        source = cls(layout, features, rows, layout.cut(rows, **how))
        answered = source._answered(source.samples)
        if answered is None:
            return source
        kept = (answered.any if layout.signature.per_step else answered.all)(axis=1)
        return replace(source, cut=source.cut.answered(np.flatnonzero(kept), layout.noun))

    def _answered(self, samples: Samples) -> Array | None:
        """Return `(samples, places)`, False where the target was not measured; None where all were."""
        filled_in = [self.rows.measured[name] for name in self.layout.section.target if name in self.rows.measured]
        if samples.targets is None or not filled_in:
            return None
        return np.asarray(np.logical_and.reduce(filled_in)[samples.targets])

    @property
    def encodings(self) -> Mapping[str, Encoding]:
        """The encodings of those columns that are features."""
        return encodings_of(self.layout, self.features)

    @property
    def samples(self) -> Samples:
        """The samples that the layout cut."""
        return self.cut.samples

    def strata(self) -> Array | None:
        """Return one label a sample; None for numbers, and for a label a step."""
        targets = self.samples.targets
        if self.layout.signature.takes == "numbers" or self.layout.signature.returns_sequences or targets is None:
            return None
        return np.unique(self._labels(targets)[:, 0], return_inverse=True)[1]

    def raw(self, samples: Samples, matrix: FeatureMatrix) -> Raw:
        """Gather samples from the rows of a matrix."""
        x, valid = self._inputs(matrix, samples)
        y = None if samples.targets is None else self._target(samples.targets)
        origin = None
        if samples.origins is not None and self.layout.signature.takes == "numbers" and self._has_targets():
            origin = self._numbers(samples.origins).astype(np.float32)
        weight = None if samples.targets is None else self._weight(samples.targets)
        answered = self._answered(samples) if self.layout.signature.per_step else None
        place, times = partial(self._place, samples), self._times(samples)
        return Raw(x, y, samples.index, valid, answered, origin, weight, self._keys(samples), times, place)

    def _keys(self, samples: Samples) -> dict[str, Array]:
        """Return the cells that name the group of each window."""
        if samples.lengths is not None:
            return {}
        return {name: self.rows.cells.frame[name].gather(samples.starts).to_numpy() for name in self.layout.group}

    def _times(self, samples: Samples) -> AnswerTimes | None:
        """Return when the rows are that windows answer."""
        times = self.rows.table_times
        if times is None or samples.lengths is not None or samples.offsets is None:
            return None
        return AnswerTimes(times, samples.starts, samples.offsets)

    def _weight(self, rows: Array) -> Array | None:
        """Return how much samples count, or their steps; of several rows ahead it is the mean."""
        column = self.layout.section.sample_weight
        if column is None or column not in self.rows.numbers:
            return None
        weights = self.rows.numbers[column]
        below = np.flatnonzero(weights < 0)
        if len(below):
            place = self.rows.cells.place(int(below[0]), column)
            message = f"{place.text} is {weights[below[0]]:g}: a weight is 0 or more"
            raise UserError.of("wrong-value", message, "correct the cell", span=place.span)
        values: Array = weights[rows].astype(np.float32)
        return values if self.layout.signature.returns_sequences else values.mean(axis=1)

    def _has_targets(self) -> bool:
        return all(name in self.rows.numbers for name in self.layout.section.target)

    def _inputs(self, matrix: FeatureMatrix, samples: Samples) -> tuple[Array | OnDemand, Array | None]:
        """Return the samples, and which of their steps are real; windows are cut when they are read."""
        mask_value, (values, overlays) = self.layout.signature.mask_value, matrix
        if samples.lengths is None and mask_value is None:
            large = is_large(len(samples) * samples.timesteps * values.shape[1])
            return Windowed(values, samples.starts, samples.timesteps, large, overlays), None
        rows = samples.rows
        x = laid_over(values[rows], rows, rows[:, -1], overlays)
        if samples.lengths is not None:
            return self._padded(x, valid_steps(samples.lengths, x.shape[1]), samples)
        valid = ~equal_to_mask(x, float(mask_value or 0))
        refuse_only_padding(valid, samples.index)
        return x, valid

    def _padded(self, x: Array, valid: Array, samples: Samples) -> tuple[Array, Array]:
        x = overwritten(x, valid, self.layout.padding)
        signature = self.layout.signature
        if signature.mask_value is not None:
            refuse_real_padding(x, valid, signature.mask_value, samples.index, signature.kind)
        elif not valid.all():
            fault = masking_missing(self.layout.padding, signature)
            cut = f"or make the input {valid.sum(axis=1).min()} long: then sequences are cut to the shortest"
            refuse([replace(fault, help=(*fault.help, cut))])
        return x, valid

    def _target(self, rows: Array) -> Array:
        if self.layout.signature.takes == "numbers":
            return self._numbers(rows)
        labels = self._labels(rows)
        return labels if self.layout.signature.returns_sequences else labels[:, 0]

    def _numbers(self, rows: Array) -> Array:
        """Return `(samples, time, targets)`, or the targets of all places one after the other."""
        numbers = self.rows.numbers
        values = np.stack([numbers[name][rows] for name in self.layout.section.target], axis=-1)
        return values if self.layout.signature.returns_sequences else values.reshape(len(values), -1)

    def _labels(self, rows: Array) -> Array:
        labels: Array = self.rows.texts[self.layout.section.target[0]][rows]
        return labels

    def _place(self, samples: Samples, position: tuple[int, ...]) -> Place:
        sample, step = (*position, 0)[:2]
        row = 0 if samples.targets is None else int(samples.targets[sample, step])
        return self.rows.cells.place(row, self.layout.section.target[0])


def encodings_of(layout: Layout, features: tuple[str, ...]) -> dict[str, Encoding]:
    """Return the encodings of those columns that are features."""
    return {name: encoding for name, encoding in layout.section.encode.items() if name in features}


@dataclass(frozen=True)
class TableCells:
    """A table as it stands in its files: the columns that are wanted of it, and their cells."""

    layout: Layout
    features: tuple[str, ...]
    wanted: Wanted
    cells: Cells

    @cached_property
    def ordered(self) -> OrderedCells:
        """The cells in the order of time. Raises UserError at the first that cannot be used for it."""
        return in_order(self.cells, self.wanted)

    def rows(self) -> Rows:
        """Return the clean rows. Raises UserError at the first bad cell."""
        return clean_rows(self.ordered, self.wanted, self.layout.cleaning)

    def written_as(self, formats: tuple[str, ...]) -> TableCells:
        """Return the table, with its times read as those of another one were."""
        return replace(self, wanted=replace(self.wanted, formats=formats)) if formats else self

    def like(self, rows: Rows) -> TableCells:
        """Return the table, with its times read as those of other rows, and as far apart as these."""
        return replace(self, wanted=replace(self.wanted, formats=rows.formats, frequency=rows.frequency))


def read_table(
    layout: Layout,
    files: tuple[Path, ...],
    features: tuple[str, ...],
    *,
    extra: tuple[str, ...] = (),
    formats: tuple[str, ...] = (),
    frequency: Frequency | None = None,
    targets: bool = True,
    weighed: bool = True,
) -> TableCells:
    """Read the columns. Without `targets` the target's is read only where its past is needed.

    `extra` are columns read for the split alone; `weighed`: the samples' weights are read too; `formats`, `frequency`:
    how times were written, and how far apart rows were, where the model was trained.
    Raises UserError where a file is no table.
    """
    section = layout.section
    read = section.target if targets or layout.target_change else ()
    is_class = layout.signature.takes == "classes"
    weight = (section.sample_weight,) if section.sample_weight and weighed else ()
    encoded = tuple(encodings_of(layout, features))
    numbers = (*(name for name in features if name not in encoded), *(() if is_class else read), *weight)
    wanted = Wanted(
        numbers=tuple(dict.fromkeys(numbers)),
        texts=tuple(dict.fromkeys((*encoded, *(read if is_class else ())))),
        time=section.time,
        order=section.order or (),
        group=layout.group,
        by_file=layout.by_file,
        extra=extra,
        formats=formats,
        frequency=frequency,
    )
    cells = read_cells(files, wanted, section.na_values, section.skip, section.dialect)
    return TableCells(layout, features, wanted, replace(cells, advice=section.cell_advice(features, layout.signature)))

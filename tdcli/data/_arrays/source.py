"""One table on its way to samples: which columns it needs, its clean rows, its samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tdcli.data._arrays.assembly import Raw
from tdcli.data._arrays.cells import Cells, read_cells
from tdcli.data._arrays.labels import Place
from tdcli.data._arrays.padding import equal_to_mask, overwritten, refuse_only_padding, refuse_real_padding, valid_steps
from tdcli.data._arrays.rows import Rows, clean_rows
from tdcli.data._arrays.samples import Cut, Layout, Samples
from tdcli.data._arrays.wanted import Wanted
from tdcli.data._columns import Encoding
from tdcli.data._dataset import Array
from tdcli.data._memory import is_large
from tdcli.data._on_demand import OnDemand
from tdcli.data._windowed import Windowed
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
        """Cut the rows; `how` is said to the layout."""
        return cls(layout, features, rows, layout.cut(rows, **how))

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

    def raw(self, samples: Samples, matrix: Array) -> Raw:
        """Gather samples from the rows of `matrix` `(rows, features)`."""
        x, valid = self._inputs(matrix, samples)
        y = None if samples.targets is None else self._target(samples.targets)
        origin = None
        if samples.origins is not None and self.layout.signature.takes == "numbers" and self._has_targets():
            origin = self._numbers(samples.origins).astype(np.float32)
        weight = None if samples.targets is None else self._weight(samples.targets)
        return Raw(x, y, samples.index, valid, origin, weight, lambda position: self._place(samples, position))

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

    def _inputs(self, matrix: Array, samples: Samples) -> tuple[Array | OnDemand, Array | None]:
        """Return the samples, and which of their steps are real; windows are cut when they are read."""
        mask_value = self.layout.signature.mask_value
        if samples.lengths is None and mask_value is None:
            large = is_large(len(samples) * samples.timesteps * matrix.shape[1])
            return Windowed(matrix, samples.starts, samples.timesteps, streamed=large), None
        x = matrix[samples.rows]
        if samples.lengths is not None:
            return self._padded(x, valid_steps(samples.lengths, x.shape[1]), samples)
        valid = ~equal_to_mask(x, float(mask_value or 0))
        refuse_only_padding(valid, samples.index)
        return x, valid

    def _padded(self, x: Array, valid: Array, samples: Samples) -> tuple[Array, Array]:
        x = overwritten(x, valid, self.layout.padding)
        mask_value = self.layout.signature.mask_value
        if mask_value is not None:
            refuse_real_padding(x, valid, mask_value, samples.index)
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

    def rows(self) -> Rows:
        """Return the clean rows. Raises UserError at the first bad cell."""
        return clean_rows(self.cells, self.wanted, self.layout.section.missing)


def read_table(
    layout: Layout,
    files: tuple[Path, ...],
    features: tuple[str, ...],
    *,
    extra: tuple[str, ...] = (),
    targets: bool = True,
    weighed: bool = True,
) -> TableCells:
    """Read the columns. Without `targets` the target's is read only where its past is needed.

    `extra` are columns read for the split alone; `weighed`: the samples' weights are read too.
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
        order=section.order or (),
        group=layout.group,
        by_file=layout.by_file,
        extra=extra,
    )
    cells = read_cells(files, wanted, section.na_values, section.skip, section.dialect)
    return TableCells(layout, features, wanted, replace(cells, advice=section.cell_advice(features)))

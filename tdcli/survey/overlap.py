"""Warn of windows that contain rows which a later part predicts."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.tables.samples import TableSamples
from tdcli.data.tables.table_part import TablePart
from tdcli.sources.core.split import SplitError
from tdcli.survey.findings import PART_NOUNS
from tdcli.text.diagnostic import Diagnostic


def rows_in_two_parts(parts: Mapping[str, TablePart]) -> Iterator[Diagnostic]:
    """Warn of windows that touch a row, of input or of target, which a window of a later part predicts."""
    for one, other in combinations(parts, 2):
        if parts[one].rows is not parts[other].rows or parts[one].samples.lengths is not None:
            continue
        earlier, later = parts[one].samples, parts[other].samples
        near = int(touches_rows(earlier, answered_rows(later, len(parts[other].rows))).sum())
        if near:
            message = (
                f"{near:,} of {len(earlier):,} windows of the {PART_NOUNS[one]} part hold rows that the {other} part"
                " predicts"
            )
            why = "the answers were seen before they are asked for, so the scores look better than they are"
            help = "write `split: {by: time}`, or give the part files of its own"
            yield Diagnostic.warning("rows-in-two-parts", message, help, why=why, section=SplitError.section)


def answered_rows(samples: TableSamples, height: int) -> Array:
    """Return `(height,)`: which rows of a table some sample predicts."""
    rows = np.zeros(height, bool)
    if samples.targets is not None:
        rows[samples.targets] = True
    return rows


def touches_rows(samples: TableSamples, rows: Array) -> Array:
    """Return `(samples,)`: whether a sample touches one of these rows, by its input or its targets."""
    before = np.concatenate([[0], np.cumsum(rows)])
    last = samples.timesteps - 1 if samples.answers is None else max(samples.timesteps - 1, int(samples.answers.max()))
    return np.asarray(before[samples.starts + last + 1] > before[samples.starts])

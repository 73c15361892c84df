"""Warn of windows that contain rows which a later set predicts."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from tdcli.data.dataset import Array
from tdcli.data.splitting import SET_NAMES
from tdcli.data.tables.samples import TableSamples
from tdcli.data.tables.table_part import TablePart
from tdcli.sources.core.split import SplitError
from tdcli.text.diagnostic import Diagnostic


def rows_in_two_parts(parts: Mapping[str, TablePart]) -> Iterator[Diagnostic]:
    """Warn of windows whose inputs or targets include a row that a window of a later set predicts."""
    for one, other in combinations(parts, 2):
        if parts[one].rows is not parts[other].rows or parts[one].samples.lengths is not None:
            continue
        earlier, later = parts[one].samples, parts[other].samples
        near = int(touches_rows(earlier, answered_rows(later, len(parts[other].rows))).sum())
        if near:
            windows = f"{near:,} of {len(earlier):,} windows of the {SET_NAMES[one]}"
            message = f"{windows} contain rows that the {SET_NAMES[other]} predicts"
            why = "the model has seen these rows before it predicts them, so the scores look better than they are"
            help = f"write `split: {{by: time}}`, or use a separate file for the {SET_NAMES[other]}"
            yield Diagnostic.warning("rows-in-two-parts", message, help, why=why, section=SplitError.section)


def answered_rows(samples: TableSamples, height: int) -> Array:
    """Return `(height,)`, whether any sample predicts each row of a table."""
    rows = np.zeros(height, bool)
    if samples.targets is not None:
        rows[samples.targets] = True
    return rows


def touches_rows(samples: TableSamples, rows: Array) -> Array:
    """Return `(samples,)`, whether the inputs or targets of each sample include one of these rows."""
    before = np.concatenate([[0], np.cumsum(rows)])
    last = samples.timesteps - 1 if samples.answers is None else max(samples.timesteps - 1, int(samples.answers.max()))
    return np.asarray(before[samples.starts + last + 1] > before[samples.starts])

"""Windows of two parts that share rows of the table."""

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np

from tdcli.data._arrays.table_parts import TablePart
from tdcli.data._dataset import Array
from tdcli.survey.findings import PART_NOUNS
from tdcli.text.diagnostic import Diagnostic


def rows_in_two_parts(parts: Mapping[str, TablePart]) -> Iterator[Diagnostic]:
    """Warn of windows that touch a row, of input or of target, which a window of another part touches too."""
    for one, other in combinations(parts, 2):
        if parts[one].source is not parts[other].source or parts[one].samples.lengths is not None:
            continue
        reach = _reach(parts[one])
        near = sharing(parts[other].samples.starts, parts[one].samples.starts, reach)
        if near:
            windows = len(parts[other].samples)
            message = f"{near:,} of {windows:,} windows of the {other} part share rows with the {PART_NOUNS[one]} part"
            why = f"a window touches {reach} rows, its targets among them: what one part is asked, another tells"
            helps = ("write `split: {by: time, gap: auto}`, or give the part files of its own",)
            yield Diagnostic("rows-in-two-parts", message, why=why, help=helps, severity="warning")


def sharing(starts: Array, others: Array, reach: int) -> int:
    """Return how many windows of `reach` rows touch a row that one of the others touches; both are ascending.

    >>> sharing(np.array([0, 4, 9]), np.array([6, 7]), reach=3)
    2
    """
    after = np.searchsorted(others, starts)
    padded = np.concatenate([[-reach], others, [starts[-1] + reach]])
    return int(np.sum((starts - padded[after] < reach) | (padded[after + 1] - starts < reach)))


def _reach(part: TablePart) -> int:
    answers = 0 if part.samples.answers is None else int(part.samples.answers.max())
    return max(part.samples.timesteps, answers + 1)

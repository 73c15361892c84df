"""Numbers that stand for what was not measured, such as -200 or -9999."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import polars as pl

CODE = re.compile(r"-?(9{2,}(\.9+|\.0)?|200\.0|100\.0|1000\.0|32768\.0|32767\.0|1e20)$")
FEWEST = 2
FAR = 3.0
"""How many times the range of the other numbers, less its tails, a code is away from them."""


def missing_codes(columns: Sequence[pl.Series]) -> tuple[float, ...]:
    """Return the numbers that occur again and again far outside of all others, in every column that holds them.

    >>> missing_codes([pl.Series([13.6, -200.0, 13.3, -200.0, 11.9])])
    (-200,)
    >>> missing_codes([pl.Series([-99.0, -98.0, -99.0, -97.0])])
    ()
    """
    codes = sorted({code for column in columns for code in _ends(column) if CODE.match(str(code))})
    held = {code: [column for column in columns if (column == code).any()] for code in codes}
    found = [code for code, where in held.items() if all(_is_far(column, code) for column in where)]
    return tuple(int(code) if code % 1 == 0 else code for code in found)


def _ends(column: pl.Series) -> Iterable[float]:
    return (end for end in (column.min(), column.max()) if isinstance(end, float))


def _is_far(column: pl.Series, code: float) -> bool:
    """Say whether a number occurs several times, and all others are near each other."""
    others = column.filter((column != code) & column.is_not_null())
    if len(column) - len(others) - column.null_count() < FEWEST or len(others) < FEWEST:
        return False
    low, high = others.quantile(0.05) or 0.0, others.quantile(0.95) or 0.0
    nearest = others.min() if code < low else others.max()
    far = abs(float(nearest) - code) if isinstance(nearest, float) else 0.0
    return not low <= code <= high and far > FAR * max(high - low, 1.0)

"""Format numbers."""

from collections.abc import Mapping
from math import isfinite
from typing import Any


def format_figures(values: Mapping[str, float]) -> str:
    """Format named numbers.

    >>> format_figures({"loss": 0.012345, "val_rmse": 26.5})
    'loss 0.01235  val_rmse 26.5'
    """
    return "  ".join(f"{name} {value:.4g}" for name, value in values.items())


def format_number(value: float | None) -> str:
    """Format with four significant digits, and large numbers as integers.

    >>> format_number(0.012345), format_number(2014), format_number(43_800.25), format_number(None)
    ('0.01235', '2014', '43,800', '')
    """
    if value is None:
        return ""
    return f"{value:,.0f}" if 10_000 <= abs(value) < 1e12 else f"{value:.4g}"


def nan_to_none(value: Any) -> Any:
    """Replace numbers that JSON does not have by None.

    >>> nan_to_none({"mae": float("nan"), "steps": (1, float("inf"))})
    {'mae': None, 'steps': [1, None]}
    """
    if isinstance(value, dict):
        return {name: nan_to_none(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [nan_to_none(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def count_with_noun(count: int, noun: str) -> str:
    """Format a count with its noun.

    >>> count_with_noun(1, "epoch"), count_with_noun(35_034, "sample")
    ('1 epoch', '35,034 samples')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")

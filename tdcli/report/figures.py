"""Figures in a row."""

from collections.abc import Mapping


def written_figures(values: Mapping[str, float]) -> str:
    """Write named figures.

    >>> written_figures({"loss": 0.012345, "val_rmse": 26.5})
    'loss 0.01235  val_rmse 26.5'
    """
    return "  ".join(f"{name} {value:.4g}" for name, value in values.items())

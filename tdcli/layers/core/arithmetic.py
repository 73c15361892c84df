"""Compute the output lengths of sliding windows as Keras does (`keras/src/ops/operation_utils.py`)."""

from math import prod
from typing import Literal

Padding = Literal["valid", "same", "causal"]


def window_length(length: int | None, size: int, stride: int, padding: str, dilation: int = 1) -> int | None:
    """Return the number of positions of a window of `size` along an axis of `length`.

    `valid`: `floor((length - dilation * (size - 1) - 1) / stride) + 1`; `same` and `causal`:
    `ceil(length / stride)`. Zero or less means that the window does not fit.

    >>> window_length(32, 3, 1, "valid")
    30
    >>> window_length(15, 2, 2, "valid")
    7
    >>> window_length(15, 2, 2, "same")
    8
    >>> window_length(10, 3, 1, "valid", dilation=2)
    6
    >>> window_length(None, 3, 1, "valid") is None
    True
    """
    if length is None:
        return None
    if padding == "valid":
        return (length - dilation * (size - 1) - 1) // stride + 1
    return -(-length // stride)


def product(sizes: tuple[int | None, ...]) -> int | None:
    """Return the product of sizes; None if one is unknown.

    >>> product((6, 6, 64))
    2304
    >>> product((None, 64)) is None
    True
    """
    return None if None in sizes else prod(size for size in sizes if size is not None)


def format_product(*sizes: int) -> str:
    """Write a product.

    >>> format_product(3, 3, 32)
    '3 x 3 x 32'
    """
    return " x ".join(str(size) for size in sizes)


def multiply_known(size: int | None, by: int | None) -> int | None:
    """Return a product; None if a factor is unknown.

    >>> multiply_known(10, 896), multiply_known(None, 896)
    (8960, None)
    """
    return None if size is None or by is None else size * by

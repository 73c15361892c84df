"""Seconds of a training, from when its epochs ended."""

from typing import NamedTuple


class Seconds(NamedTuple):
    """The first epoch with what is compiled for it, a later epoch on average, all together."""

    first: float
    epoch: float
    all: float


def summed(began: float, ends: list[float]) -> Seconds:
    """Return the seconds between a beginning and the ends of epochs."""
    return Seconds(ends[0] - began, (ends[-1] - ends[0]) / (len(ends) - 1), ends[-1] - began)

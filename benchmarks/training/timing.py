"""What the benchmarks of training measure, and how often."""

import argparse
from typing import NamedTuple


class Seconds(NamedTuple):
    """The first epoch with what is compiled for it, a later epoch on average, all together."""

    first: float
    epoch: float
    all: float


def summed(began: float, ends: list[float]) -> Seconds:
    """Return the seconds between a beginning and the ends of epochs."""
    return Seconds(ends[0] - began, (ends[-1] - ends[0]) / (len(ends) - 1), ends[-1] - began)


def runs_wanted(description: str, default: int = 5) -> int:
    """Return how often to measure, as the command line says."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=default)
    return int(parser.parse_args().runs)

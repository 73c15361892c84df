"""Progress of the slow work that a reader does before it loads the data."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ReadProgress:
    """The number of items that are done, out of `total`.

    activity: the current work, such as `decoding clips`
    summary: the finished work, such as `decoded 3 of 10 clips`
    """

    done: int
    total: int
    activity: str
    summary: str


ProgressCallback = Callable[[ReadProgress], None]


def no_progress(progress: ReadProgress) -> None:
    """Show nothing."""

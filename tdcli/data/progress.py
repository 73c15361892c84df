"""How far a source is with what it reads before the data are loaded."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ReadProgress:
    """So many of `total` are done; `activity` and `summary` say it in the words of the source.

    activity: what is being done, as `decoding clips`; summary: what is done, as `decoded 3 of 10 clips`.
    """

    done: int
    total: int
    activity: str
    summary: str


ProgressCallback = Callable[[ReadProgress], None]


def no_progress(progress: ReadProgress) -> None:
    """Show nothing."""

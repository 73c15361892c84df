"""Trials as they are shown: each that was trained, and of those turned away one every few seconds."""

import time
from collections.abc import Callable

from tdcli.services.study_results import StudyResults, TrialResult

SECONDS_OF_SILENCE = 5.0
"""So long nothing is shown, until a trial that was turned away is."""

Show = Callable[[TrialResult, StudyResults], None]
"""Takes a trial that ended, and the study so far."""


class Shown:
    """Shows trials, and knows how long none was shown."""

    def __init__(self, show: Show) -> None:
        self.show = show
        self.last = time.monotonic()

    @property
    def is_silent(self) -> bool:
        """Whether nothing was shown for so long that a trial which was turned away is worth a line."""
        return time.monotonic() - self.last >= SECONDS_OF_SILENCE

    def __call__(self, trial: TrialResult, results: StudyResults) -> None:
        """Show a trial that ended."""
        self.last = time.monotonic()
        self.show(trial, results)

"""Callbacks of a caller while samples are read."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tdcli.data.progress import ReadProgress


class ReadCallbacks:
    """Called while samples are read. The methods do nothing. Override those that you need."""

    def on_loading(self, progress: "ReadProgress") -> None:
        """Receive the progress of reading, for sources that take long to read."""

    def on_note(self, text: str) -> None:
        """Receive a note about the samples, such as how many were left out."""


SILENT = ReadCallbacks()

"""What a caller may do while samples are read."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tdcli.data.progress import ReadProgress


class ReadCallbacks:
    """Called while samples are read. The methods do nothing; override those that you need."""

    def on_loading(self, progress: "ReadProgress") -> None:
        """Take how far reading the data is, for sources where that takes long."""

    def on_note(self, text: str) -> None:
        """Take what is to be known of the samples, as how many were left out."""


SILENT = ReadCallbacks()

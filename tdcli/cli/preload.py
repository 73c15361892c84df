"""Import TensorFlow in the background while the data are read."""

import os
import sys
import threading

_THREAD_NAME = "tensorflow"


def preload_tensorflow() -> None:
    """Start the import. A later import waits for the rest of it."""

    def begin() -> None:
        import tdcli.nn.runtime.tensorflow  # noqa: F401 (the import is the point)

    threading.Thread(target=begin, name=_THREAD_NAME).start()


def exit_now(code: object) -> None:
    """End the process instead of waiting for an import that is no longer needed."""
    if isinstance(code, int) and any(thread.name == _THREAD_NAME for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

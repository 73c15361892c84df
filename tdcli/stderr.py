"""Suppress what libraries in C++ and Rust write to standard error."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr

STANDARD_ERROR = 2


@contextmanager
def hold_back_stderr() -> Iterator[None]:
    """Suppress the output of a library to file descriptor 2, but print it if the block raises an Exception.

    `TF_CPP_MIN_LOG_LEVEL` does not suppress lines that are logged before TensorFlow reads it. Output of Python to
    `sys.stderr`, such as that of another thread, is still printed.
    """
    kept = os.dup(STANDARD_ERROR)
    with tempfile.TemporaryFile() as noise, os.fdopen(kept, "w", buffering=1, encoding="utf-8") as open_stderr:
        os.dup2(noise.fileno(), STANDARD_ERROR)
        try:
            with redirect_stderr(open_stderr) if _writes_to_stderr(sys.stderr) else nullcontext():
                yield
        except Exception:
            noise.seek(0)
            os.write(kept, noise.read())
            raise
        finally:
            os.dup2(kept, STANDARD_ERROR)


def _writes_to_stderr(stream: object) -> bool:
    """Return whether a stream writes to file descriptor 2. In tests it does not."""
    try:
        return stream.fileno() == STANDARD_ERROR  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return False

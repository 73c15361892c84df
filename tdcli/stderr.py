"""Hold back what libraries in C++ and Rust write to standard error on their own."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr

STANDARD_ERROR = 2


@contextmanager
def hold_back_stderr() -> Iterator[None]:
    """Hold back what a library writes to file descriptor 2; show it if the block raises an Exception.

    `TF_CPP_MIN_LOG_LEVEL` alone does not silence the lines logged before TensorFlow reads it. What Python
    writes to `sys.stderr`, as another thread may meanwhile, goes through.
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
    """Say whether a stream writes to file descriptor 2 itself; a test's does not."""
    try:
        return stream.fileno() == STANDARD_ERROR  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return False

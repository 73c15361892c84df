"""What libraries in C++ and Rust write to standard error by themselves, kept from the user."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr

STANDARD_ERROR = 2


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what a library writes to standard error; it is shown if the block raises an Exception.

    `TF_CPP_MIN_LOG_LEVEL` alone does not silence the lines logged before TensorFlow reads it. What Python
    writes, as another thread may meanwhile, goes through.
    """
    kept = os.dup(STANDARD_ERROR)
    with tempfile.TemporaryFile() as noise, os.fdopen(kept, "w", buffering=1, encoding="utf-8") as still_heard:
        os.dup2(noise.fileno(), STANDARD_ERROR)
        try:
            with redirect_stderr(still_heard) if _is_standard(sys.stderr) else nullcontext():
                yield
        except Exception:
            noise.seek(0)
            os.write(kept, noise.read())
            raise
        finally:
            os.dup2(kept, STANDARD_ERROR)


def _is_standard(stream: object) -> bool:
    """Say whether a stream writes to standard error itself, and is not a test's."""
    try:
        return stream.fileno() == STANDARD_ERROR  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, ValueError):
        return False

"""TensorFlow's start-up noise, kept from the user."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

STANDARD_ERROR = 2


@contextmanager
def quiet() -> Iterator[None]:
    """Hold back what is written to standard error, by C++ too; it is shown if the block raises.

    `TF_CPP_MIN_LOG_LEVEL` alone does not silence the lines logged before TensorFlow reads it.
    """
    kept = os.dup(STANDARD_ERROR)
    with tempfile.TemporaryFile() as noise:
        os.dup2(noise.fileno(), STANDARD_ERROR)
        try:
            yield
        except Exception:
            noise.seek(0)
            os.write(kept, noise.read())
            raise
        finally:
            os.dup2(kept, STANDARD_ERROR)
            os.close(kept)

"""Turn a failed allocation into a message that says what to make smaller."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tdcli.nn.runtime.tensorflow import tf
from tdcli.text.errors import ExecutionError


@contextmanager
def enough_memory() -> Iterator[None]:
    """Turn an allocation that failed into ExecutionError; also a decorator."""
    try:
        yield
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        shape = re.search(r"shape\s?\[([\d,]+)\]", str(error))
        what = f" for an array of {shape[1].replace(',', ' x ')} numbers" if shape else ""
        helps = (
            "`tdcli summary` shows what each layer takes: fewer units or filters",
            "or a smaller `batch_size`, or shorter windows",
        )
        raise ExecutionError.of("out-of-memory", f"there is not enough memory{what}", *helps) from None

"""Report a failed allocation with advice on how to use less memory."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tdcli.nn.runtime.tensorflow import tf
from tdcli.text.errors import ExecutionError


@contextmanager
def enough_memory() -> Iterator[None]:
    """Raise ExecutionError if an allocation fails. Can also be used as a decorator."""
    try:
        yield
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        shape = re.search(r"shape\s?\[([\d,]+)\]", str(error))
        what = f" for an array of {shape[1].replace(',', ' x ')} numbers" if shape else ""
        helps = (
            "use fewer units or filters: `tdcli summary` shows the size of each layer",
            "use a smaller `batch_size` or shorter windows",
        )
        raise ExecutionError.of("out-of-memory", f"there is not enough memory{what}", *helps) from None

"""Shapes and names of axes, and how both are written in messages."""

Shape = tuple[int | None, ...]
"""Sizes with the batch first: `(None, 5, 1)`. None is a size that is only known from the data."""

AxisNames = tuple[str, ...]
"""The name of each axis, the batch first: `("batch", "time", "channels")`."""

UNKNOWN = "None"
"""An unknown size, as in Python and in Keras's `model.summary()`."""


def format_shape(shape: Shape, *, batch: str | None = "batch") -> str:
    """Return a shape as text, with `batch` as the size of the first axis. If `batch` is None, use its real size.

    >>> format_shape((None, None, 5)), format_shape((40,))
    ('(batch, None, 5)', '(batch,)')
    >>> format_shape((None, 5, 1), batch=None), format_shape((32, 5, 1), batch=None)
    ('(None, 5, 1)', '(32, 5, 1)')
    """
    sizes = tuple(UNKNOWN if size is None else str(size) for size in shape)
    return format_axes(sizes if batch is None else (batch, *sizes[1:]))


def format_axes(names: AxisNames) -> str:
    """Return names of axes as text, like a Python tuple.

    >>> format_axes(("batch", "time", "channels"))
    '(batch, time, channels)'
    """
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"

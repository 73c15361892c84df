"""Shapes: sizes with the batch first, names of axes, and the one way in which both are written."""

Shape = tuple[int | None, ...]
"""Sizes with the batch first; None where a size is not known before the data: `(None, 5, 1)`."""

AxisNames = tuple[str, ...]
"""What each axis holds, the batch first: `("batch", "time", "channels")`."""

UNKNOWN = "None"
"""An unknown size, as Keras prints it in `model.summary()` and as Python writes it."""


def format_shape(shape: Shape, *, batch: str | None = "batch") -> str:
    """Write a shape. `batch` stands for the size of the first axis; None writes that size too.

    >>> format_shape((None, None, 5)), format_shape((40,))
    ('(batch, None, 5)', '(batch,)')
    >>> format_shape((None, 5, 1), batch=None), format_shape((32, 5, 1), batch=None)
    ('(None, 5, 1)', '(32, 5, 1)')
    """
    sizes = tuple(UNKNOWN if size is None else str(size) for size in shape)
    return format_axes(sizes if batch is None else (batch, *sizes[1:]))


def format_axes(names: AxisNames) -> str:
    """Write names of axes as Python writes a tuple.

    >>> format_axes(("batch", "time", "channels"))
    '(batch, time, channels)'
    """
    return f"({names[0]},)" if len(names) == 1 else f"({', '.join(names)})"

"""Do arrays fit a model? Their shapes against its input, and their padding against its mask."""

from __future__ import annotations

from tdcli.data._base import DataFault
from tdcli.data._signature import Shape, Signature

Way = tuple[str | int, ...]


def shape_text(shape: Shape) -> str:
    """Write a shape with the samples first as users read it.

    >>> shape_text((40, 7)), shape_text((None, None, 3))
    ('(batch, 7)', '(batch, ?, 3)')
    """
    sizes = ["batch", *("?" if size is None else str(size) for size in shape[1:])]
    return f"({', '.join(sizes)})" if len(sizes) > 1 else "(batch,)"


def input_fault(x_shape: Shape, signature: Signature, way: Way) -> DataFault | None:
    """Compare an array's shape with the model's input: axes, then time, then what a step holds."""
    wanted = signature.input_shape
    if len(x_shape) != len(wanted):
        return _other_rank(x_shape, wanted, way)
    if not fits(x_shape[1:2], wanted[1:2]):
        message = f"the model is built for {wanted[1]} timesteps, the data has {x_shape[1]}"
        return DataFault(way, "timesteps-mismatch", message, help=(f"write `input: {{timesteps: {x_shape[1]}}}`",))
    if not fits(x_shape[2:], wanted[2:]):
        return _other_step(x_shape, wanted, way)
    return None


def _other_rank(x_shape: Shape, wanted: Shape, way: Way) -> DataFault:
    message = f"the model takes {_axes(wanted)}, the data is {shape_text(x_shape)}"
    if len(x_shape) < len(wanted):
        why = "an axis is missing: the samples come first, then time, then what one step holds"
        help = "a single series is `x[None]`, single steps are `x[:, None]`, one value a step is `x[..., None]`"
    else:
        why = "the data has an axis more than the model: frames need a kind that reads frames"
        help = "write `kind: cnn-lstm` with `input: {timesteps, frame}`, or flatten each step to features"
    return DataFault(way, "rank-mismatch", message, why, (help,))


def _axes(shape: Shape) -> str:
    step = ["features"] if len(shape) == 3 else [str(size) for size in shape[2:]]
    return f"({', '.join(['batch', 'time', *step])})"


def _other_step(x_shape: Shape, wanted: Shape, way: Way) -> DataFault:
    why = "every step must hold as many values as the first layer has weights for"
    if len(wanted) == 3:
        message = f"the model is built for {wanted[2]} features, the data has {x_shape[2]}"
        help = f"write `features: {x_shape[2]}` in the architecture's `input`, or give other data"
    else:
        message = f"the model is built for frames {list(wanted[2:])}, the data has {list(x_shape[2:])}"
        help = f"write `frame: {list(x_shape[2:])}` in the architecture's `input`, or give other data"
    return DataFault(way, "features-mismatch", message, why, (help,))


def fits(shape: Shape, wanted: Shape) -> bool:
    """Say whether two shapes are the same wherever both are known."""
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(a is None or b is None or a == b for a, b in pairs)


def padding_faults(padding: float | None, signature: Signature) -> tuple[DataFault, ...]:
    """Refuse data whose padding the model would read, or take for real because it masks another value."""
    if padding is None or signature.mask_value == padding:
        return ()
    if signature.mask_value is None:
        return _masking_faults(padding, signature)
    message = f"padded steps hold {padding:g}, the model masks steps that hold {signature.mask_value:g}"
    other = "leave `mask_zero` out" if signature.tokens else "change the `Masking` layer"
    help = (f"write `padding: {signature.mask_value:g}`, or {other}",)
    return (DataFault(("padding",), "padding-mismatch", message, help=help),)


def _masking_faults(padding: float, signature: Signature) -> tuple[DataFault, ...]:
    """Refuse sequences of any length before a model without a mask; a fixed length may be read as it is."""
    if signature.timesteps is not None:
        return ()
    message = "sequences of any length are padded, and this model would read the padding as real steps"
    why = "the result would depend on how long the other sequences of a batch are"
    masking = f"write `Masking: {{mask_value: {padding:g}}}` as the first layer"
    if signature.tokens:
        masking = "write `mask_zero: true` in the `Embedding`, and number the tokens from 1"
    help = (masking, "or give the longest length as timesteps")
    return (DataFault(("padding",), "masking-missing", message, why, help),)

"""Do arrays fit a model? Their shapes against its input, and against the target that its kind fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tdcli.data._base import DataFault
from tdcli.data._signature import Shape, Signature

AXES_OF_MASKING = 3
"""The axes that Keras's `Masking` takes; padded frames are marked by the data section alone."""
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
    if not _fits(x_shape[1:2], wanted[1:2]):
        message = f"the model is built for {wanted[1]} timesteps, the data has {x_shape[1]}"
        return DataFault(way, "timesteps-mismatch", message, help=(f"write `input: {{timesteps: {x_shape[1]}}}`",))
    if not _fits(x_shape[2:], wanted[2:]):
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


def target_fault(y_shape: Shape, signature: Signature, way: Way) -> DataFault | None:
    """Refuse a target of another shape than the kind fixes, naming the kind that would accept it."""
    if accepts(y_shape, signature):
        return None
    cure = _cure(y_shape, signature)
    gives = f"{_kind(signature)} gives {shape_text(signature.output_shape)}, `y` is {shape_text(y_shape)}"
    message = f"{gives}: did you mean {cure}?" if cure else gives
    why = "the kind fixes the target's shape; broadcasting another one would train on wrong pairs without a word"
    forms = ", ".join(shape_text((None, *shape)) for shape in _accepted(signature))
    return DataFault(way, "target-mismatch", message, why, (f"targets accepted here: {forms}",))


def accepts(y_shape: Shape, signature: Signature) -> bool:
    """Say whether a target of this shape, samples first, fits the model's output."""
    return any(_fits(y_shape[1:], shape) for shape in _accepted(signature))


def _accepted(signature: Signature) -> list[Shape]:
    """Return the shapes without the batch: one value an output, or one a place where that is enough."""
    *places, _ = signature.output_shape[1:]
    shapes: list[Shape] = [signature.output_shape[1:]]
    return [*shapes, tuple(places)] if signature.units == 1 or signature.takes == "classes" else shapes


def _fits(shape: Shape, wanted: Shape) -> bool:
    pairs = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(a is None or b is None or a == b for a, b in pairs)


def _kind(signature: Signature) -> str:
    sequences = signature.kind == "cnn-lstm" and signature.per_step
    return "cnn-lstm with `return_sequences: true`" if sequences else signature.kind


def _cure(y_shape: Shape, signature: Signature) -> str:
    """Name the kind that would accept the target, or the number of outputs or of steps that would."""
    return next((cure for cure, other in _cures(y_shape, signature) if accepts(y_shape, other)), "")


def _cures(y_shape: Shape, signature: Signature) -> Iterator[tuple[str, Signature]]:
    yield _other_kind(signature), _other_way(signature)
    if len(y_shape) > 1:
        steps, units = y_shape[1], y_shape[-1]
        yield f"`outputs: {units}`", replace(signature, output_shape=(*signature.output_shape[:-1], units))
        own = "" if signature.own_steps else "encoder-decoder with "
        yield f"{own}`output_timesteps: {steps}`", replace(signature, output_shape=(None, steps, signature.units))


def _other_kind(signature: Signature) -> str:
    return {
        "many-to-many": "many-to-one",
        "encoder-decoder": "many-to-one",
        "one-to-many": "one-to-one",
        "cnn-lstm": "cnn-lstm" + (" without" if signature.per_step else " with") + " `return_sequences: true`",
        "layers": f"`return_sequences: {'false' if signature.per_step else 'true'}` in the last recurrent layer",
    }.get(signature.kind, "many-to-many")


def _other_way(signature: Signature) -> Signature:
    """Return the model with one output a step in place of one a sample, or the reverse."""
    if signature.returns_sequences:
        return replace(signature, output_shape=(None, signature.units))
    return replace(signature, output_shape=(None, signature.timesteps, signature.units))


def padding_faults(
    padding: float | None, signature: Signature, leave_out: tuple[str, ...] = ("padding",)
) -> tuple[DataFault, ...]:
    """Refuse data whose padding the model would read, or take for real because it masks another value.

    leave_out: the keys that say that there is padding; none where a source pads by itself.
    """
    if padding is None or signature.mask_value == padding:
        return ()
    if signature.mask_value is None:
        return (masking_missing(padding, signature, leave_out),)
    message = f"padded steps hold {padding:g}, the model masks steps that hold {signature.mask_value:g}"
    other = "leave `mask_zero` out" if signature.tokens else "change the `Masking` layer"
    help = (f"write `padding: {signature.mask_value:g}`, or {other}",)
    return (DataFault(("padding",), "padding-mismatch", message, help=help),)


def masking_missing(padding: float, signature: Signature, leave_out: tuple[str, ...] = ()) -> DataFault:
    """Return the fault of padded data before a model without a mask, with what lets the model mask them."""
    message = "padded steps are marked in the data, and this model would read them as real ones"
    why = "the result would depend on how long the other sequences of a batch are"
    if signature.stops_mask:
        why = f"the result would depend on the padding, for `{signature.stops_mask}` can skip no step"
    help = [*marks_padding(padding, signature)]
    if leave_out:
        keys = " and ".join(f"`{key}`" for key in leave_out)
        help.append(f"{'or ' if help else ''}leave {keys} out: then padded steps are read, and learnt, as real ones")
    elif not help:
        help.append(f"leave out the `{signature.stops_mask}`")
    return DataFault(leave_out[:1] or ("padding",), "masking-missing", message, why, tuple(help))


def marks_padding(padding: float, signature: Signature) -> tuple[str, ...]:
    """Return what to write so that the model masks padded steps; nothing where a layer could not take the mask."""
    if signature.stops_mask:
        return ()
    if signature.tokens:
        return ("write `mask_zero: true` in the `Embedding`, and number the tokens from 1",)
    if signature.kind != "layers" or len(signature.input_shape) > AXES_OF_MASKING:
        return (f"write `padding: {padding:g}` in `data`",)
    return (f"write `Masking: {{mask_value: {padding:g}}}` as the first layer",)

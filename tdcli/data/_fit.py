"""Do arrays fit a model? Their shapes against its input, and against the target that its kind fixes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tdcli.data._axes import INPUT, Axes, fits
from tdcli.data._base import DataFault
from tdcli.data._signature import Shape, Signature
from tdcli.text.yaml_writer import inline_yaml

Way = tuple[str | int, ...]


def shape_text(shape: Shape) -> str:
    """Write a shape with the samples first as users read it.

    >>> shape_text((40, 7)), shape_text((None, None, 3))
    ('(batch, 7)', '(batch, ?, 3)')
    """
    sizes = ["batch", *("?" if size is None else str(size) for size in shape[1:])]
    return f"({', '.join(sizes)})" if len(sizes) > 1 else "(batch,)"


def input_fault(x_shape: Shape, signature: Signature, way: Way, samples: int | None = None) -> DataFault | None:
    """Compare an array's shape with the model's input: axes, their order, time, then what a step holds."""
    wanted = signature.input_shape
    if fits(x_shape[1:], wanted[1:]):
        return None
    axes = Axes(x_shape[1:], wanted[1:], samples, signature)
    if axes.counts_the_samples:
        return _batch_in_input(axes)
    if axes.order:
        return _other_order(axes, x_shape, way)
    if axes.is_one_series:
        return _one_series(axes, x_shape, way)
    if len(x_shape) != len(wanted):
        return _other_rank(axes, x_shape, way)
    return _other_sizes(axes, x_shape, way)


def _batch_in_input(axes: Axes) -> DataFault:
    first = axes.wanted[0]
    wanted, sample = inline_yaml(list(axes.wanted)), inline_yaml(list(axes.data))
    message = f"the input has an axis more than a sample: `{wanted}`, a sample of `x` is `{sample}`"
    counted = "the number of samples" if first == axes.samples else "no axis of a sample"
    why = f"the batch is never written, and the first size, {'null' if first is None else first}, is {counted}"
    return DataFault(("x",), "batch-in-input", message, why, tuple(axes.input_help(axes.data)), at=INPUT)


def _other_order(axes: Axes, x_shape: Shape, way: Way) -> DataFault:
    message = f"the axes stand in another order: the model takes {shape_text((None, *axes.wanted))}, "
    why = "an axis is known by its place alone: the samples first, then time, and channels or features last"
    helps = (f"save it as `{axes.transposed}`", *axes.input_help(axes.data, then=" if the data is right"))
    return DataFault(way, "axes-swapped", f"{message}the data is {shape_text(x_shape)}", why, helps)


def _one_series(axes: Axes, x_shape: Shape, way: Way) -> DataFault:
    """Say that the rows of an array, or of its only sample, may be the steps of one series."""
    why = "the samples come first, then time: if `x` is one series, each sample is a stretch of it"
    if len(x_shape) == len(axes.wanted) + 1:
        message = f"`x` is one sample of {x_shape[1]} timesteps, the model takes samples of {axes.wanted[0]}"
        return DataFault(way, "timesteps-mismatch", message, why, tuple(axes.as_series()))
    message = f"the model takes {_axes(axes.signature.input_shape)}, the data is {shape_text(x_shape)}"
    return DataFault(way, "rank-mismatch", message, why, tuple(axes.as_series()))


def _other_rank(axes: Axes, x_shape: Shape, way: Way) -> DataFault:
    message = f"the model takes {_axes(axes.signature.input_shape)}, the data is {shape_text(x_shape)}"
    if len(axes.data) < len(axes.wanted):
        why = "an axis is missing: the samples come first, then time, then what one step holds"
        return DataFault(way, "rank-mismatch", message, why, tuple(axes.missing_axis()))
    why = "the data has an axis more than the model: frames need a kind that reads frames"
    if axes.signature.takes_as_is:
        why = "the input lacks an axis that every sample has: time, then what one step holds, channels or features last"
    helps = tuple(axes.spare_axis()) or (FRAMES_HELP,)
    return DataFault(way, "rank-mismatch", message, why, helps)


FRAMES_HELP = "write `kind: cnn-lstm` with `input: {timesteps, frame}`, or flatten each step to features"


def _axes(shape: Shape) -> str:
    step = ["features"] if len(shape) == 3 else [str(size) for size in shape[2:]]
    return f"({', '.join(['batch', 'time', *step])})"


def _other_sizes(axes: Axes, x_shape: Shape, way: Way) -> DataFault:
    helps = (*axes.input_help(axes.data), *axes.of_many_steps())
    if not fits(axes.data[:1], axes.wanted[:1]):
        message = f"the model is built for {axes.wanted[0]} timesteps, the data has {x_shape[1]}"
        why = (
            "" if axes.wanted[0] != axes.samples else f"{axes.samples} is the number of samples, which is never written"
        )
        return DataFault(way, "timesteps-mismatch", message, why, helps)
    return _other_step(axes, x_shape, way)


def _other_step(axes: Axes, x_shape: Shape, way: Way) -> DataFault:
    why = "every step must hold as many values as the first layer has weights for"
    wanted, helps = axes.signature.input_shape, axes.input_help(axes.data, then=", or give other data")
    if len(wanted) != 3:
        message = f"the model is built for frames {list(wanted[2:])}, the data has {list(x_shape[2:])}"
        return DataFault(way, "features-mismatch", message, why, tuple(helps))
    message = f"the model is built for {wanted[2]} features, the data has {x_shape[2]}"
    if wanted[1] == x_shape[2] and x_shape[1] is None:
        swapped = axes.input_help((wanted[2], x_shape[2]), then=" if the two are swapped")
        return DataFault(way, "features-mismatch", message, why, (*swapped, _features_help(x_shape)))
    if x_shape[1] is None:
        return DataFault(way, "features-mismatch", message, why, (_features_help(x_shape),))
    return DataFault(way, "features-mismatch", message, why, tuple(helps))


def _features_help(x_shape: Shape) -> str:
    return f"write `features: {x_shape[2]}` in the architecture's `input`, or give other data"


def target_fault(y_shape: Shape, signature: Signature, way: Way) -> DataFault | None:
    """Refuse a target of another shape than the kind fixes, naming the kind that would accept it."""
    if accepts(y_shape, signature):
        return None
    cure = _cure(y_shape, signature)
    gives = f"{_kind(signature)} gives {shape_text(signature.output_shape)}, `y` is {shape_text(y_shape)}"
    message = f"{gives}: did you mean {cure}?" if cure else gives
    why = "the kind fixes the target's shape; broadcasting another one would train on wrong pairs without a word"
    forms = ", ".join(shape_text((None, *shape)) for shape in _accepted(signature))
    helps = (*_other_axes(y_shape, signature), f"targets accepted here: {forms}")
    return DataFault(way, "target-mismatch", message, why, helps)


def _other_axes(y_shape: Shape, signature: Signature) -> Iterator[str]:
    """Yield how to put the target's axes in order, to leave out one of a single place, or to write one more."""
    for wanted in _accepted(signature):
        axes = Axes(y_shape[1:], wanted, None, signature)
        if axes.order:
            yield f"save it as `y{axes.transposed[1:]}`"
            return
        spare = axes.axis_of_one
        if spare is not None:
            yield f"leave out the axis of one: `y.squeeze({spare + 1})`"
            return


def accepts(y_shape: Shape, signature: Signature) -> bool:
    """Say whether a target of this shape, samples first, fits the model's output."""
    return any(fits(y_shape[1:], shape) for shape in _accepted(signature))


def _accepted(signature: Signature) -> list[Shape]:
    """Return the shapes without the batch: one value an output, or one a place where that is enough."""
    *places, _ = signature.output_shape[1:]
    shapes: list[Shape] = [signature.output_shape[1:]]
    return [*shapes, tuple(places)] if signature.units == 1 or signature.takes == "classes" else shapes


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

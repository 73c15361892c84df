"""Compare arrays with a model: their shapes with its input, and their padding with its mask."""

from __future__ import annotations

from dataclasses import replace

from tdcli.layers.masking import Masking
from tdcli.shapes import Shape, format_axes, format_shape
from tdcli.signature import Signature
from tdcli.sources.core.axes import INPUT, Axes, fits
from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.change import Help, as_helps
from tdcli.text.key_path import KeyPath
from tdcli.text.yaml_writer import to_inline_yaml


def diagnose_input(
    x_shape: Shape, signature: Signature, key_path: KeyPath, samples: int | None = None
) -> DataDiagnostic | None:
    """Compare an array's shape with the model's input: the axes, their order, the timesteps, then the other sizes."""
    wanted = signature.input_shape
    if fits(x_shape[1:], wanted[1:]):
        return None
    axes = Axes(x_shape[1:], wanted[1:], samples, signature)
    if axes.counts_the_samples:
        return _batch_in_input(axes)
    if axes.order:
        return _other_order(axes, x_shape, key_path)
    if axes.is_one_series:
        return _one_series(axes, x_shape, key_path)
    if len(x_shape) != len(wanted):
        return _other_rank(axes, x_shape, key_path)
    return _other_sizes(axes, x_shape, key_path)


def is_time_first(x_shape: Shape, signature: Signature, samples: int | None) -> bool:
    """Return whether an array does not fit as it is, but would with its first two axes swapped."""
    wanted = signature.input_shape[1:]
    return len(x_shape) > 2 and not fits(x_shape[1:], wanted) and fits((samples, *x_shape[2:]), wanted)


def time_first(x_shape: Shape, signature: Signature, samples: int | None) -> DataDiagnostic:
    """Return the diagnostic of an array whose first axis is time, as RNNs of some other libraries take it."""
    data, model = format_shape((samples, *x_shape[1:]), batch=None), format_shape(signature.input_shape)
    message = f"the samples are on the second axis: the model takes {model}, but the data is {data}"
    why = "axes are identified by position: samples first, then time, and channels or features last"
    axes = ", ".join(map(str, (1, 0, *range(2, len(x_shape)))))
    return DataDiagnostic(("x",), "axes-swapped", message, why, (f"save it as `x.transpose({axes})`",))


def _batch_in_input(axes: Axes) -> DataDiagnostic:
    first = axes.wanted[0]
    wanted, sample = to_inline_yaml(list(axes.wanted)), to_inline_yaml(list(axes.data))
    message = f"`input` has one more axis than a sample of `x`: `{wanted}` instead of `{sample}`"
    counted = "the number of samples" if first == axes.samples else "not the size of an axis of a sample"
    size = "null" if first is None else first
    why = f"`input` does not include the batch, and its first size, {size}, is {counted}"
    return DataDiagnostic(("x",), "batch-in-input", message, why, tuple(axes.input_help(axes.data)), at=INPUT)


def _other_order(axes: Axes, x_shape: Shape, key_path: KeyPath) -> DataDiagnostic:
    model, data = format_shape((None, *axes.wanted)), format_shape(x_shape)
    message = f"the axes are in a different order: the model takes {model}, but the data is {data}"
    why = "axes are identified by position: samples first, then time, and channels or features last"
    helps = (Help(f"save it as `{axes.transposed}`"), *axes.input_help(axes.data, then=" if the data is correct"))
    return DataDiagnostic(key_path, "axes-swapped", message, why, helps)


def _one_series(axes: Axes, x_shape: Shape, key_path: KeyPath) -> DataDiagnostic:
    """Return the diagnostic of an array whose rows, or those of its only sample, may be the timesteps of one series."""
    why = "the first axis is samples, the second is time; if `x` is one series, each sample is a window of it"
    if len(x_shape) == len(axes.wanted) + 1:
        message = f"`x` is one sample of {x_shape[1]} timesteps, but the model takes samples of {axes.wanted[0]}"
        return DataDiagnostic(key_path, "timesteps-mismatch", message, why, tuple(axes.as_series()))
    message = f"the model takes {_axis_names(axes.signature.input_shape)}, but the data is {format_shape(x_shape)}"
    helps = tuple(axes.as_series())
    if axes.counts_rows:
        why = f"`input` does not include the samples: the {axes.samples} rows of the data are {axes.samples} samples"
        helps = (*axes.rows_as_samples(), *helps)
    return DataDiagnostic(key_path, "rank-mismatch", message, why, helps)


def _other_rank(axes: Axes, x_shape: Shape, key_path: KeyPath) -> DataDiagnostic:
    message = f"the model takes {_axis_names(axes.signature.input_shape)}, but the data is {format_shape(x_shape)}"
    if len(axes.data) < len(axes.wanted):
        why = "an axis is missing; the order is samples, then time, then the features or the frame of a timestep"
        return DataDiagnostic(key_path, "rank-mismatch", message, why, tuple(axes.missing_axis()))
    why = "the data has more axes than the input; only some kinds of model take frames"
    if axes.signature.takes_as_is:
        why = "`input` lacks an axis of the samples; the order is time, then the features or the frame of a timestep"
    helps = tuple(axes.spare_axis()) or (FRAMES_HELP,)
    return DataDiagnostic(key_path, "rank-mismatch", message, why, helps)


FRAMES_HELP = "write `kind: cnn-lstm` with `input: {timesteps, frame}`, or flatten each timestep into features"


def _axis_names(shape: Shape) -> str:
    step = ["features"] if len(shape) == 3 else [str(size) for size in shape[2:]]
    return format_axes(("batch", "time", *step))


def _other_sizes(axes: Axes, x_shape: Shape, key_path: KeyPath) -> DataDiagnostic:
    helps = (*axes.input_help(axes.data), *axes.of_many_steps())
    if not fits(axes.data[:1], axes.wanted[:1]):
        message = f"the model is built for {axes.wanted[0]} timesteps, but the data has {x_shape[1]}"
        counts_samples = axes.wanted[0] == axes.samples
        why = f"{axes.samples} is the number of samples, which `input` does not include" if counts_samples else ""
        return DataDiagnostic(key_path, "timesteps-mismatch", message, why, helps)
    return _other_step(axes, x_shape, key_path)


def _other_step(axes: Axes, x_shape: Shape, key_path: KeyPath) -> DataDiagnostic:
    why = "the weights of the first layer fix how many values a timestep has"
    wanted, helps = axes.signature.input_shape, axes.input_help(axes.data, then=", or change the data")
    if len(wanted) != 3:
        message = f"the model is built for frames {list(wanted[2:])}, but the data has {list(x_shape[2:])}"
        return DataDiagnostic(key_path, "features-mismatch", message, why, tuple(helps))
    noun = "feature" if wanted[2] == 1 else "features"
    message = f"the model is built for {wanted[2]} {noun}, but the data has {x_shape[2]}"
    if wanted[1] == x_shape[2] and x_shape[1] is None:
        swapped = axes.input_help((wanted[2], x_shape[2]), then=" if the two are swapped")
        return DataDiagnostic(key_path, "features-mismatch", message, why, (*swapped, _features_help(x_shape)))
    if x_shape[1] is None:
        return DataDiagnostic(key_path, "features-mismatch", message, why, (_features_help(x_shape),))
    return DataDiagnostic(key_path, "features-mismatch", message, why, tuple(helps))


def _features_help(x_shape: Shape) -> str:
    return f"write `features: {x_shape[2]}` in the architecture's `input`, or change the data"


def without_changes(diagnostic: DataDiagnostic) -> DataDiagnostic:
    """Return the diagnostic without advice to change the model, for a model that is already trained."""
    helps = tuple(help for help in as_helps(diagnostic.help) if not help.changes)
    return replace(diagnostic, help=helps or ("use data of the shape that the model was trained on",))


def diagnose_padding(
    padding: float | None, signature: Signature, leave_out: tuple[str, ...] = ("padding",)
) -> tuple[DataDiagnostic, ...]:
    """Report padding that the model does not mask, or that differs from the value that it masks.

    leave_out: the keys that declare the padding; empty for a source that pads by itself.
    """
    if padding is None or signature.mask_value == padding:
        return ()
    if signature.mask_value is None:
        return (masking_missing(padding, signature, leave_out),)
    message = f"padded timesteps hold {padding:g}, but the model masks timesteps that hold {signature.mask_value:g}"
    other = "remove `mask_zero`" if signature.tokens else "change the `Masking` layer"
    help = (f"write `padding: {signature.mask_value:g}`, or {other}",)
    return (DataDiagnostic(("padding",), "padding-mismatch", message, help=help),)


def masking_missing(padding: float, signature: Signature, leave_out: tuple[str, ...] = ()) -> DataDiagnostic:
    """Return the diagnostic of padded data for a model without a mask."""
    message = "the data has padded timesteps, but this model would read them as real"
    why = "the output for a sequence would depend on how long the other sequences in its batch are"
    if signature.stops_mask:
        why = f"the output would depend on the padding, because `{signature.stops_mask}` cannot skip timesteps"
    help = [*marks_padding(padding, signature)]
    if leave_out:
        keys = " and ".join(f"`{key}`" for key in leave_out)
        help.append(f"{'or ' if help else ''}remove {keys} to treat padded timesteps as real")
    elif not help:
        help.append(f"remove the `{signature.stops_mask}`")
    return DataDiagnostic(leave_out[:1] or ("padding",), "masking-missing", message, why, tuple(help))


def marks_padding(padding: float, signature: Signature) -> tuple[str, ...]:
    """Return the advice that makes the model mask padded timesteps; empty if a layer cannot take the mask."""
    if signature.stops_mask:
        return ()
    if signature.tokens:
        return ("write `mask_zero: true` in the `Embedding`, and number the tokens from 1",)
    # Keras's Masking layer does not take frames, so the data section marks their padding.
    if signature.kind != "layers" or len(signature.input_shape) > len(Masking.axes):
        return (f"write `padding: {padding:g}` in `data`",)
    return (f"write `Masking: {{mask_value: {padding:g}}}` as the first layer",)

"""A layer and a shape that do not fit, said so that the reader learns about axes."""

from dataclasses import dataclass

from tdcli.layers._base import Layer, Shape, ShapeFault
from tdcli.layers._recurrent import Recurrent
from tdcli.layers._wrapper import Wrapper
from tdcli.layers.bidirectional import Bidirectional
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.plan import Step, titled
from tdcli.text.diagnostic import Diagnostic, Span


@dataclass(frozen=True)
class Mismatch:
    """A fault with what stands around it: the shape that came in, the steps before, the input's place."""

    fault: ShapeFault
    layer: Layer
    input_shape: Shape
    span: Span
    before: tuple[Step, ...]
    input_span: Span

    @property
    def innermost(self) -> Layer:
        """The layer that TimeDistributed wraps, or the layer itself."""
        layer = self.layer
        while isinstance(layer, TimeDistributed):
            layer = layer.layer
        return layer

    @property
    def walks_along_time(self) -> bool:
        """Whether the innermost layer is recurrent."""
        return isinstance(self.innermost, Recurrent | Bidirectional)

    @property
    def source(self) -> str:
        """Who made the shape: the layer before, or the input."""
        if not self.before:
            return f"the input on line {self.input_span.line} has this shape"
        step = self.before[-1]
        return f"the `{titled(step.layer)}` on line {step.span.line} gives this shape"


def explained(mismatch: Mismatch) -> Diagnostic:
    """Return the diagnostic; its name is that of the lesson."""
    by_kind = {"rank": _wrong_rank, "size": _wrong_size, "unknown": _unknown_size, "mask": _mask_lost}
    return by_kind[mismatch.fault.kind](mismatch)


def written(shape: Shape) -> str:
    """Write a shape as the docs do.

    >>> written((None, None, 5)), written((None,))
    ('(batch, ?, 5)', '(batch)')
    """
    return "(" + ", ".join(["batch", *("?" if size is None else str(size) for size in shape[1:])]) + ")"


def _wrong_rank(mismatch: Mismatch) -> Diagnostic:
    got = mismatch.fault.input_shape
    if mismatch.walks_along_time:
        if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) > 2:
            return _recurrent_in_time_distributed(mismatch)
        return _frames_not_flattened(mismatch) if len(got) > 3 else _no_time_axis(mismatch)
    if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) < 3:
        return _no_time_axis(mismatch)
    if not isinstance(mismatch.layer, Wrapper) and len(got) == mismatch.layer.needs.count(",") + 2:
        return _time_distributed_missing(mismatch)
    return _plain_rank(mismatch)


def _message(mismatch: Mismatch, layer: Layer) -> str:
    return f"`{layer.title()}` needs `{mismatch.fault.needs}`, got `{written(mismatch.fault.input_shape)}`"


def _no_time_axis(mismatch: Mismatch) -> Diagnostic:
    """Say why the time axis is gone: a recurrent layer kept its last step only, or something merged it."""
    last = mismatch.before[-1] if mismatch.before else None
    if last and isinstance(last.layer, Recurrent | Bidirectional):
        return _sequences_not_returned(mismatch, last)
    help = f"wrap the layer above: `TimeDistributed: {titled(last.layer)}`" if last else _input_help(mismatch)
    merged = f"the `{titled(last.layer)}` on line {last.span.line} left no time axis" if last else ""
    why = f"`{mismatch.layer.title()}` works along time; without that axis there is nothing to walk along"
    label = merged or mismatch.source
    return Diagnostic("time-axis-missing", _message(mismatch, mismatch.layer), mismatch.span, label, why, (help,))


def _input_help(mismatch: Mismatch) -> str:
    size = mismatch.input_shape[-1]
    return f"give the input its time axis on line {mismatch.input_span.line}: `[timesteps, {size}]`"


def _sequences_not_returned(mismatch: Mismatch, last: Step) -> Diagnostic:
    why = "a recurrent layer hands on its last step only, unless it returns the whole sequence"
    inner = titled(last.layer)
    help = f"add `return_sequences: true` to the `{inner}` on line {last.span.line}"
    label = f"the `{inner}` on line {last.span.line} returns its last step only"
    message = _message(mismatch, mismatch.layer)
    return Diagnostic("sequences-not-returned", message, mismatch.span, label, why, (help,))


def _recurrent_in_time_distributed(mismatch: Mismatch) -> Diagnostic:
    name, step = mismatch.innermost.title(), written(mismatch.fault.input_shape)
    message = f"`TimeDistributed` hands `{name}` one step, `{step}`, which has no time axis left"
    why = f"`{name}` walks along time by itself; TimeDistributed is for layers that know nothing of time"
    helps = (f"write `{name}` without `TimeDistributed`", "wrap the layers before it, if they read single steps")
    return Diagnostic("time-distributed-recurrent", message, mismatch.span, mismatch.source, why, helps)


def _frames_not_flattened(mismatch: Mismatch) -> Diagnostic:
    why = f"`{mismatch.innermost.title()}` takes one vector a step; here every step is a whole frame"
    help = "put `TimeDistributed: Flatten` before it (in `cnn:` write `Flatten` last)"
    message = _message(mismatch, mismatch.innermost)
    return Diagnostic("frames-not-flattened", message, mismatch.span, mismatch.source, why, (help,))


def _time_distributed_missing(mismatch: Mismatch) -> Diagnostic:
    name = mismatch.layer.title()
    why = f"`{name}` reads one frame at a time; the extra axis is time, and TimeDistributed walks along it"
    help = f"wrap it: `TimeDistributed: {{{name}: {{...}}}}`"
    message = _message(mismatch, mismatch.layer)
    return Diagnostic("time-distributed-missing", message, mismatch.span, mismatch.source, why, (help,))


def _plain_rank(mismatch: Mismatch) -> Diagnostic:
    layer = mismatch.innermost
    why = f"`{layer.title()}` needs exactly these axes"
    if isinstance(mismatch.layer, TimeDistributed):
        why = f"TimeDistributed takes the time axis away, so `{layer.title()}` sees one step"
    helps = ("look at the shapes above it with `tdcli summary`, or reshape with `Reshape`",)
    return Diagnostic("wrong-rank", _message(mismatch, layer), mismatch.span, mismatch.source, why, helps)


def _wrong_size(mismatch: Mismatch) -> Diagnostic:
    why = "the axis is too short, or has another length than the layer needs"
    helps = ("use smaller windows or strides, fewer poolings, `padding: same`, or a larger input",)
    message = _message(mismatch, mismatch.innermost).replace(f"`{mismatch.fault.needs}`", mismatch.fault.needs)
    return Diagnostic("size-mismatch", message, mismatch.span, mismatch.source, why, helps)


def _unknown_size(mismatch: Mismatch) -> Diagnostic:
    message = _message(mismatch, mismatch.innermost).replace(f"`{mismatch.fault.needs}`", mismatch.fault.needs)
    why = "its weights or its work depend on a length that only the data would tell"
    if isinstance(mismatch.layer, TimeDistributed):
        message = f"`{titled(mismatch.layer)}` needs a known number of timesteps, got `{written(mismatch.input_shape)}`"
        why = "with an unknown number Keras's TimeDistributed walks over the batch; only layers of the last axis can do"
    helps = (f"give the longest length in place of `null` on line {mismatch.input_span.line}",)
    return Diagnostic("unknown-length", message, mismatch.span, mismatch.source, why, helps)


def _mask_lost(mismatch: Mismatch) -> Diagnostic:
    name = titled(mismatch.layer)
    message = f"`{name}` would read padded steps as if they were real"
    why = "it mixes timesteps and knows no mask, so the result would depend on the padding"
    helps = ("give a number of timesteps, and leave `Masking` out", "or put it behind a recurrent layer's last step")
    return Diagnostic("mask-lost", message, mismatch.span, mismatch.source, why, helps)

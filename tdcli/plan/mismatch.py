"""A layer and a shape that do not fit, said so that the reader learns about axes."""

from dataclasses import dataclass

from tdcli.layers._base import Layer, Shape, ShapeFault
from tdcli.layers._recurrent import Recurrent, VectorRecurrent
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
        """Whether the innermost layer takes one vector a step."""
        layer = self.innermost
        return isinstance(layer.layer if isinstance(layer, Bidirectional) else layer, VectorRecurrent)

    @property
    def source(self) -> str:
        """Who made the shape: the layer before, or the input."""
        if not self.before:
            return f"the input on line {self.input_span.line} has this shape"
        step = self.before[-1]
        return f"the `{step.title}` on line {step.span.line} gives this shape"


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
    last = mismatch.before[-1] if mismatch.before else None
    lacks_time = "time" in mismatch.fault.needs and len(got) == mismatch.fault.needs.count(",")
    if last and lacks_time and isinstance(last.layer, Recurrent | Bidirectional):
        return _sequences_not_returned(mismatch, last)
    if mismatch.walks_along_time:
        if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) > 2:
            return _recurrent_in_time_distributed(mismatch)
        return _frames_not_flattened(mismatch) if len(got) > 3 else _no_time_axis(mismatch)
    if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) < 3:
        return _no_time_axis(mismatch)
    if "channels" in mismatch.layer.needs and len(got) == mismatch.layer.needs.count(",") + 2:
        return _time_distributed_missing(mismatch)
    return _plain_rank(mismatch)


def _message(mismatch: Mismatch, layer: Layer) -> str:
    needs = mismatch.fault.needs
    shape_or_words = f"`{needs}`" if needs.startswith("(") else needs
    return f"`{layer.title()}` needs {shape_or_words}, got `{written(mismatch.fault.input_shape)}`"


def _no_time_axis(mismatch: Mismatch) -> Diagnostic:
    """Say where the time axis went: a recurrent layer kept its last step only, something merged it, or no input."""
    losing = next(
        (step for step in reversed(mismatch.before) if len(step.input_shape) > 2 >= len(step.output_shape)), None
    )
    if losing and isinstance(losing.layer, Recurrent | Bidirectional):
        return _sequences_not_returned(mismatch, losing)
    help = _losing_help(losing) if losing else _input_help(mismatch)
    label = f"the `{losing.title}` on line {losing.span.line} left no time axis" if losing else mismatch.source
    why = f"`{mismatch.layer.title()}` works along time; without that axis there is nothing to walk along"
    return Diagnostic("time-axis-missing", _message(mismatch, mismatch.layer), mismatch.span, label, why, (help,))


def _losing_help(losing: Step) -> str:
    if len(losing.input_shape) == 3:
        shape = written(losing.input_shape)
        return f"leave out the `{losing.title}` on line {losing.span.line}: `{shape}` is a sequence already"
    return f"wrap the `{losing.title}` on line {losing.span.line}: `TimeDistributed: {losing.title}`"


def _input_help(mismatch: Mismatch) -> str:
    size = mismatch.input_shape[-1]
    return f"give the input its time axis on line {mismatch.input_span.line}: `[timesteps, {size}]`"


def _sequences_not_returned(mismatch: Mismatch, last: Step) -> Diagnostic:
    why = "a recurrent layer hands on its last step only, unless it returns the whole sequence"
    help = f"add `return_sequences: true` to the `{last.title}` on line {last.span.line}"
    label = f"the `{last.title}` on line {last.span.line} returns its last step only"
    message = _message(mismatch, mismatch.layer)
    return Diagnostic("sequences-not-returned", message, mismatch.span, label, why, (help,))


def _recurrent_in_time_distributed(mismatch: Mismatch) -> Diagnostic:
    name, step = mismatch.innermost.title(), written(mismatch.fault.input_shape)
    message = f"`TimeDistributed` hands `{name}` one step, `{step}`, which has no time axis left"
    why = f"`{name}` walks along time by itself; TimeDistributed is for layers that know nothing of time"
    help = f"write `{name}` without `TimeDistributed`"
    return Diagnostic("time-distributed-recurrent", message, mismatch.span, mismatch.source, why, (help,))


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
    message = _message(mismatch, layer)
    return Diagnostic("wrong-rank", message, mismatch.span, mismatch.source, why, (_rank_help(mismatch),))


def _rank_help(mismatch: Mismatch) -> str:
    last = mismatch.before[-1] if mismatch.before else None
    if last and mismatch.innermost.needs == "(batch, features)" and isinstance(last.layer, Recurrent | Bidirectional):
        return f"leave `return_sequences` out of the `{last.title}` on line {last.span.line}"
    if not mismatch.innermost.needs:
        return f"change the arguments of `{mismatch.innermost.title()}`, or the shape with `Reshape` before it"
    return "look at the shapes above it with `tdcli summary`, or change them with `Reshape`"


def _wrong_size(mismatch: Mismatch) -> Diagnostic:
    why, help = _size_lesson(mismatch)
    message = _message(mismatch, mismatch.innermost)
    return Diagnostic("size-mismatch", message, mismatch.span, mismatch.source, why, (help,))


def _size_lesson(mismatch: Mismatch) -> tuple[str, str]:
    """Return why a size does not do, and what to write."""
    for argument in ("target_shape", "noise_shape"):
        if hasattr(mismatch.innermost, argument):
            return (
                "it keeps every number in its place",
                f"write another `{argument}`, for `{written(mismatch.input_shape)}`",
            )
    if "groups" in mismatch.fault.needs:
        return "each group reads its own share of the channels", "choose `groups` so that it divides the channels"
    why = "the axis is shorter than the window that walks along it"
    return why, "use smaller windows or strides, fewer poolings, `padding: same`, or a larger input"


def _unknown_size(mismatch: Mismatch) -> Diagnostic:
    message = _message(mismatch, mismatch.innermost)
    why = "its weights or its work depend on a length that only the data would tell"
    if isinstance(mismatch.layer, TimeDistributed):
        message = f"`{titled(mismatch.layer)}` needs a known number of timesteps, got `{written(mismatch.input_shape)}`"
        why = "with an unknown number Keras's TimeDistributed walks over the batch; only layers of the last axis can do"
    helps = (f"give the longest length in place of `null` on line {mismatch.input_span.line}",)
    return Diagnostic("unknown-length", message, mismatch.span, mismatch.source, why, helps)


def _mask_lost(mismatch: Mismatch) -> Diagnostic:
    message = f"`{titled(mismatch.layer)}` would read padded steps as if they were real"
    why = "it mixes timesteps and knows no mask, so the result would depend on the padding"
    masking = next((step for step in mismatch.before if step.layer.title() == "Masking"), None)
    help = "put it behind a recurrent layer that returns its last step only"
    if masking:
        line = masking.span.line
        fixed = f"leave out the `Masking` on line {line}, and give the input a number of timesteps"
        return Diagnostic("mask-lost", message, mismatch.span, mismatch.source, why, (fixed, f"or {help}"))
    return Diagnostic("mask-lost", message, mismatch.span, mismatch.source, why, (help,))

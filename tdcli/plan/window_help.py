"""Windows that are longer than their axis: the sizes that would fit, and padding."""

from collections.abc import Iterator

from tdcli.data._axes import INPUT
from tdcli.layers._base import Layer
from tdcli.layers._spatial import channels_last
from tdcli.plan import cure
from tdcli.plan.mismatch import Mismatch
from tdcli.text.change import Change, Help
from tdcli.text.yaml_writer import inline_yaml

ARGUMENTS = ("pool_size", "kernel_size")


def window_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the largest windows that fit, and `padding: same`; nothing where no window is too long."""
    layer = mismatch.innermost
    argument = next((name for name in ARGUMENTS if hasattr(layer, name)), None)
    if argument is None or not mismatch.fault.needs.startswith("room for a window"):
        return
    sizes = _fitting(layer, argument, mismatch)
    value = sizes if len(set(sizes)) > 1 else sizes[0]
    written = inline_yaml(list(sizes) if len(set(sizes)) > 1 else sizes[0])
    yield from _turned(mismatch)
    place = (mismatch.document, mismatch.placed.way, mismatch.layer)
    if max(sizes) > 1:
        yield cure.with_argument(f"write `{argument}: {written}`", *place, argument, value)
    yield cure.with_argument("write `padding: same`", *place, "padding", "same")


def _turned(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the input with its two sizes exchanged, where it is too short and its features are many."""
    steps, *features = mismatch.chain_shape[1:]
    listed = mismatch.document.value_at(INPUT)
    if mismatch.before or not isinstance(listed, tuple) or len(features) != 1 or (features[0] or 0) <= (steps or 0):
        return
    text = f"if the {steps} are features, time comes first: write `input: [{features[0]}, {steps}]`"
    yield Help(f"{text}, and give the data as `x.transpose(0, 2, 1)`", Change(INPUT, (features[0], steps)))


def _fitting(layer: Layer, argument: str, mismatch: Mismatch) -> tuple[int, ...]:
    """Return the sizes of the layer's window, none longer than its axis."""
    sizes: tuple[int, ...] = getattr(layer, argument)
    shape = channels_last(mismatch.fault.input_shape, getattr(layer, "data_format", None))
    steps = getattr(layer, "dilation_rate", (1,) * len(sizes))
    lengths = shape[-len(sizes) - 1 : -1]
    pairs = zip(sizes, lengths, steps, strict=True)
    return tuple(size if length is None else min(size, (length - 1) // step + 1) for size, length, step in pairs)

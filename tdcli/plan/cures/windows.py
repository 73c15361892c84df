"""Fixes for windows that are longer than their axis: smaller sizes, padding, or global pooling."""

from collections.abc import Iterator

from tdcli.layers.core.base import WindowTooLong
from tdcli.layers.core.pooling import Pooling
from tdcli.layers.core.spatial import to_channels_last
from tdcli.layers.core.windows import SlidingKernel
from tdcli.plan.cures.changes import argument_help, is_listed, remove_help, replace_help
from tdcli.plan.mismatch import Mismatch
from tdcli.shapes import Shape
from tdcli.sources.core.axes import INPUT
from tdcli.text.change import Change, Help, freeze_value
from tdcli.text.yaml_writer import to_inline_yaml


def window_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the largest window that fits, and the alternatives; nothing if no window is too long."""
    layer = mismatch.innermost
    if not isinstance(layer, SlidingKernel | Pooling) or not isinstance(mismatch.error, WindowTooLong):
        return
    sizes = _fitting_sizes(layer, mismatch)
    place = (mismatch.document, mismatch.node.key_path, mismatch.layer)
    yield from _swapped_axes(mismatch)
    if max(sizes) > 1:
        value = list(sizes) if len(set(sizes)) > 1 else sizes[0]
        text = f"write `{layer.window_argument}: {to_inline_yaml(value)}`"
        yield argument_help(text, *place, layer.window_argument, freeze_value(value))
    if isinstance(layer, Pooling):
        yield from _global_pooling(layer, mismatch)
    elif _sees_more_than_padding(layer, mismatch):
        yield argument_help("write `padding: same`", *place, "padding", "same")
    elif mismatch.before:
        yield Help("remove it, or use smaller `strides` or fewer pooling layers before it")


def _global_pooling(layer: Pooling, mismatch: Mismatch) -> Iterator[Help]:
    """Yield the global pooling with the same result, or the removal of the layer if a single position is left.

    `padding: same` would also pool everything, but the spec would not show it.
    """
    key_path, title = mismatch.node.key_path, f"Global{layer.title()}"
    if any(length != 1 for length in _axis_lengths(layer, mismatch)):
        text = f"write `{title}` to pool all positions"
        yield replace_help(text, mismatch.document, key_path, mismatch.layer, title)
    elif is_listed(mismatch.document, key_path):
        yield remove_help(f"remove the `{layer.title()}`: only one position is left to pool", key_path)
    else:
        yield Help(f"remove the `{layer.title()}`: only one position is left to pool")


def _sees_more_than_padding(layer: SlidingKernel, mismatch: Mismatch) -> bool:
    """Return whether at least half of each window would cover real positions and not padding."""
    axes = zip(_axis_lengths(layer, mismatch), layer.window, layer.dilation_rate, strict=True)
    return all(length is None or 2 * length > (size - 1) * step for length, size, step in axes)


def _swapped_axes(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the input with its two sizes swapped, if it has fewer timesteps than features."""
    steps, *features = mismatch.chain_shape[1:]
    listed = mismatch.document.value_at(INPUT)
    if mismatch.before or not isinstance(listed, tuple) or len(features) != 1 or (features[0] or 0) <= (steps or 0):
        return
    text = f"if the {steps} values are features, put time first: write `input: [{features[0]}, {steps}]`"
    yield Help(f"{text}, and save the data as `x.transpose(0, 2, 1)`", (Change(INPUT, (features[0], steps)),))


def _fitting_sizes(layer: SlidingKernel | Pooling, mismatch: Mismatch) -> tuple[int, ...]:
    """Return the sizes of the layer's window, none longer than its axis. A pooling window leaves two positions."""
    dilation = layer.dilation_rate if isinstance(layer, SlidingKernel) else (1,) * layer.rank
    axes = zip(_axis_lengths(layer, mismatch), layer.window, dilation, strict=True)
    sizes = tuple(size if length is None else min(size, (length - 1) // step + 1) for length, size, step in axes)
    if isinstance(layer, SlidingKernel):
        return sizes
    return tuple(size if size == own else max(1, size // 2) for size, own in zip(sizes, layer.window, strict=True))


def _axis_lengths(layer: SlidingKernel | Pooling, mismatch: Mismatch) -> Shape:
    """Return the lengths of the axes that a window slides along."""
    shape = to_channels_last(mismatch.error.input_shape, layer.data_format)
    return shape[-layer.rank - 1 : -1]

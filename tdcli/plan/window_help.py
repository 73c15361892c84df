"""Windows that are longer than their axis: the sizes that would fit, padding, and pooling over all that is left."""

from collections.abc import Iterator

from tdcli.layers.core.base import Layer
from tdcli.layers.core.spatial import channels_last
from tdcli.plan import cure
from tdcli.plan.mismatch import Mismatch
from tdcli.sources.core.axes import INPUT
from tdcli.text.change import Change, Help
from tdcli.text.yaml_writer import inline_yaml

ARGUMENTS = ("pool_size", "kernel_size")


def window_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the largest windows that fit, and what else there is to do; nothing where no window is too long."""
    layer = mismatch.innermost
    argument = next((name for name in ARGUMENTS if hasattr(layer, name)), None)
    if argument is None or not mismatch.fault.needs.startswith("room for a window"):
        return
    sizes = _fitting(layer, mismatch)
    value = sizes if len(set(sizes)) > 1 else sizes[0]
    written = inline_yaml(list(sizes) if len(set(sizes)) > 1 else sizes[0])
    yield from _turned(mismatch)
    place = (mismatch.document, mismatch.placed.way, mismatch.layer)
    if max(sizes) > 1:
        yield cure.with_argument(f"write `{argument}: {written}`", *place, argument, value)
    if argument == "pool_size":
        yield from _pooled(mismatch)
    elif _sees_more_than_padding(layer, mismatch):
        yield cure.with_argument("write `padding: same`", *place, "padding", "same")
    elif mismatch.before:
        yield Help("leave it out, or shorten less before it: smaller `strides`, or fewer poolings")


def _pooled(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the global pooling that such a window comes to, or none where a single place is left.

    `padding: same` would do the same as a global pooling, without a word of it.
    """
    layer, way = mismatch.innermost, mismatch.placed.way
    title = f"Global{layer.title()}"
    if any(length != 1 for length in _lengths(layer, mismatch)):
        text = f"write `{title}`, which takes all places together"
        yield cure.replaced(text, mismatch.document, way, mismatch.layer, title)
    elif cure.is_listed(mismatch.document, way):
        yield cure.removed(f"leave out the `{layer.title()}`: a single place is left to pool", way)
    else:
        yield Help(f"leave out the `{layer.title()}`: a single place is left to pool")


def _sees_more_than_padding(layer: Layer, mismatch: Mismatch) -> bool:
    """Say whether at least half of each window would lie on places that are there."""
    spans = zip(_lengths(layer, mismatch), *_windows(layer), strict=True)
    return all(length is None or 2 * length > (size - 1) * step for length, size, step in spans)


def _turned(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the input with its two sizes exchanged, where it is too short and its features are many."""
    steps, *features = mismatch.chain_shape[1:]
    listed = mismatch.document.value_at(INPUT)
    if mismatch.before or not isinstance(listed, tuple) or len(features) != 1 or (features[0] or 0) <= (steps or 0):
        return
    text = f"if the {steps} are features, time comes first: write `input: [{features[0]}, {steps}]`"
    yield Help(f"{text}, and give the data as `x.transpose(0, 2, 1)`", (Change(INPUT, (features[0], steps)),))


def _fitting(layer: Layer, mismatch: Mismatch) -> tuple[int, ...]:
    """Return the sizes of the layer's window, none longer than its axis; those of a pooling leave two places."""
    spans = zip(_lengths(layer, mismatch), *_windows(layer), strict=True)
    fitting = (size if length is None else min(size, (length - 1) // step + 1) for length, size, step in spans)
    if not hasattr(layer, "pool_size"):
        return tuple(fitting)
    pairs = zip(fitting, vars(layer)["pool_size"], strict=True)
    return tuple(size if size == wanted else max(1, size // 2) for size, wanted in pairs)


def _lengths(layer: Layer, mismatch: Mismatch) -> tuple[int | None, ...]:
    """Return the lengths of the axes that a window slides along."""
    shape = channels_last(mismatch.fault.input_shape, getattr(layer, "data_format", None))
    return shape[-len(_windows(layer)[0]) - 1 : -1]


def _windows(layer: Layer) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return a window's sizes, and how far apart the places in it are."""
    sizes = next(vars(layer)[name] for name in ARGUMENTS if hasattr(layer, name))
    return sizes, getattr(layer, "dilation_rate", (1,) * len(sizes))

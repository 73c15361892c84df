"""Report frames whose channels come first, as in other libraries. Keras expects them last."""

from collections.abc import Iterator
from dataclasses import replace

from tdcli.architectures.core.base import Chain
from tdcli.layers.core.base import Layer, ShapeError
from tdcli.layers.core.pooling import Pooling
from tdcli.layers.core.windows import SlidingKernel
from tdcli.layers.core.wrapper import Wrapper
from tdcli.plan.cures.rank import CHANNEL_COUNTS
from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.sources.core.axes import INPUT, input_value
from tdcli.text.change import Change, Help, freeze_value
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import Document
from tdcli.text.yaml_writer import to_inline_yaml

WIDEST = 2
SURELY_A_LENGTH = 16


def channels_first_error(chain: Chain, kind: str, document: Document) -> Diagnostic | None:
    """Return an error if the channels of the frames probably come first.

    Sizes alone cannot distinguish an image of 3 rows from one with 3 channels. So the first size must be 1, 3 or 4, the
    others must be larger and of similar length, and the layer that reads the frames must have windows of several rows.
    """
    axes = _frame_axes(chain)
    frame = chain.input_shape[-axes:] if axes else ()
    if not _is_channels_first(frame):
        return None
    shape = (*chain.input_shape[:-axes], *frame[1:], frame[0])
    message = f"the frames have their channels first: `{to_inline_yaml(list(frame))}`"
    last = to_inline_yaml([*frame[1:], frame[0]])
    why = f"Keras expects channels last, `{last}`; here it reads {frame[0]} as the height and {frame[-1]} as channels"
    helps = tuple(_channels_last_helps(chain, shape, kind, axes))
    return Diagnostic("channels-first", message, document.span((*INPUT, "frame")), (), why, helps)


def with_channels_last(chain: Chain) -> Chain:
    """Return the chain with the first axis of its frames moved to the end."""
    axes = _frame_axes(chain)
    before, (channels, *sizes) = chain.input_shape[:-axes], chain.input_shape[-axes:]
    return replace(chain, input_shape=(*before, *sizes, channels))


def _channels_last_helps(chain: Chain, shape: Shape, kind: str, axes: int) -> Iterator[Help]:
    signature = Signature(kind, chain.input_shape, (None, 1), tokens=chain.input_dtype == "int32")
    value = input_value(signature, shape[1:])
    first = len(shape) - axes
    order = ", ".join(str(axis) for axis in (*range(first), *range(first + 1, len(shape)), first))
    frame = to_inline_yaml(list(shape[-axes:]))
    given = f"frame: {frame}" if isinstance(value, dict) and "frame" in value else f"input: {to_inline_yaml(value)}"
    text = f"write `{given}`, and save the data as `x.transpose({order})`"
    yield Help(text, (Change(INPUT, freeze_value(value)),))


def _is_channels_first(frame: Shape) -> bool:
    sizes = [size for size in frame if size is not None]
    if len(sizes) < 3 or len(sizes) < len(frame) or sizes[0] not in CHANNEL_COUNTS or sizes[-1] in CHANNEL_COUNTS:
        return False
    shortest, longest = min(sizes[1:]), max(sizes[1:])
    return shortest > sizes[0] and (longest <= WIDEST * shortest or shortest >= SURELY_A_LENGTH)


def _frame_axes(chain: Chain) -> int:
    """Return how many of the last axes of the input make up a frame for the first layer that reads frames."""
    shape = chain.input_shape
    for node in chain.layers:
        layer = node.layer.innermost
        if layer.reads_frames:
            axes = len(layer.axes) - 1 - layer.has_time
            is_read = len(shape) == axes + 1 + (isinstance(node.layer, Wrapper) or layer.has_time)
            return axes if is_read and _reads_rows(layer) else 0
        try:
            if node.layer.output_shape(shape) != shape:
                return 0
        except ShapeError:
            return 0
    return 0


def _reads_rows(layer: Layer) -> bool:
    """Return whether a layer expects channels last and its windows cover several positions of the first axis."""
    if not isinstance(layer, SlidingKernel | Pooling):
        return False
    return layer.data_format != "channels_first" and layer.window[0] > 1

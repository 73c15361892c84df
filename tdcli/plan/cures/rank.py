"""Fixes for a layer that gets the wrong number of axes for another reason than a missing time axis."""

from collections.abc import Iterator

from tdcli.layers.masking import Masking
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.cures.changes import argument_help, insert_help, is_listed, unwrap_help
from tdcli.plan.mismatch import Mismatch
from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.sources.core.axes import INPUT, input_value
from tdcli.text.change import Change, Help, freeze_value
from tdcli.text.yaml_writer import to_inline_yaml

SOME_STEPS = 8
"""The number of timesteps for trying a help if only the user knows the real number."""
CHANNEL_COUNTS = (1, 3, 4)
"""Usual sizes of the channels axis: grey, colour, colour with transparency."""
COLOURS = (3, 4)


def lacks_channels(mismatch: Mismatch) -> bool:
    """Return whether the input has all axes that a layer needs except the channels."""
    layer = mismatch.innermost
    is_one_short = layer.has_channels and mismatch.lacks_one_axis and mismatch.reads_input
    is_of_vectors = isinstance(mismatch.layer, TimeDistributed) and not layer.reads_frames
    in_colour = layer.reads_volumes and mismatch.chain_shape[-1] in COLOURS
    return is_one_short and not (lacks_time(mismatch) or is_of_vectors or in_colour)


def lacks_time(mismatch: Mismatch) -> bool:
    """Return whether a layer that needs frames over time reads an input that is a single image."""
    shape = mismatch.chain_shape
    walks = isinstance(mismatch.layer, TimeDistributed) or mismatch.layer.is_recurrent
    is_picture = len(shape) == 4 and shape[-1] in CHANNEL_COUNTS and mismatch.reads_input
    is_frame = mismatch.document.value_at((*INPUT, "frame")) is not None
    return walks and mismatch.innermost.reads_frames and is_picture and mismatch.lacks_one_axis and not is_frame


def rank_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that give the layer its axes. Each is tried before it is shown."""
    layer, document, key_path = mismatch.innermost, mismatch.document, mismatch.node.key_path
    if layer.reads_volumes and mismatch.reads_input and mismatch.chain_shape[-1] in CHANNEL_COUNTS:
        yield from layers_of_other_rank(mismatch, "3D", "2D", "images")
    if lacks_channels(mismatch):
        if len(set(mismatch.chain_shape[1:])) == 2 and not layer.has_time:
            yield from layers_of_other_rank(mismatch, "2D", "1D", "timesteps of features")
        yield from _input_help(
            mismatch, (*mismatch.chain_shape[1:], 1), " and add the axis to the data: `x[..., np.newaxis]`"
        )
    elif isinstance(mismatch.layer, TimeDistributed) and not lacks_time(mismatch):
        text = f"write `{layer.title()}` without `TimeDistributed`"
        yield unwrap_help(text, document, key_path, mismatch.layer)
    if not layer.axes and "axis" in type(layer).model_fields:
        yield argument_help("write `axis: -1`", document, key_path, mismatch.layer, "axis", -1)
    if isinstance(layer, Masking) and is_listed(document, key_path):
        yield _mask_of_frames(layer, mismatch)
    if layer.axes == ("batch", "features"):
        yield from _vector_helps(mismatch)
    yield from _input_helps(mismatch)


def _mask_of_frames(layer: Masking, mismatch: Mismatch) -> Help:
    """Return the help to declare the padding in the data section, since Keras's Masking does not support frames."""
    value, key_path = layer.mask_value, mismatch.node.key_path
    text = f"remove it, and write `padding: {value:g}` in `data` to mark padded frames"
    marks = [Change(("data", "padding"), value)] if mismatch.document.value_at(("data",)) else []
    return Help(text, (Change(key_path, None, "remove"), *marks))


def layers_of_other_rank(mismatch: Mismatch, old: str, new: str, meant: str) -> Iterator[Help]:
    """Yield the help to use another rank for this layer and all later layers of its rank: `Conv1D` for `Conv2D`.

    meant: what the input would contain.
    """
    key_path, document = mismatch.node.key_path, mismatch.document
    title = mismatch.layer.title()
    if not (is_listed(document, key_path) and title.endswith(old)):
        return
    *base, first = key_path
    found = [(place, _with_rank(layer, old, new)) for place, layer in enumerate(document.value_at(key_path[:-1]))]
    behind = [(place, layer) for place, layer in found[int(first) :] if layer is not None]
    changes = [Change((*base, place), layer) for place, layer in behind]
    likewise = " here and in the layers after it" if len(changes) > 1 else ""
    text = f"write `{title.removesuffix(old)}{new}` instead of `{title}`{likewise} if the inputs are {meant}"
    yield Help(text, tuple(changes))


def _with_rank(layer: object, old: str, new: str) -> object | None:
    """Return a layer of a spec with another rank; None if its name has no such rank."""
    if isinstance(layer, str):
        return layer.removesuffix(old) + new if layer.endswith(old) else None
    ((title, arguments),) = layer.items() if isinstance(layer, dict) and len(layer) == 1 else (("", None),)
    if not title.endswith(old):
        return None
    sizes = arguments.items() if isinstance(arguments, dict) else ()
    return {title.removesuffix(old) + new: {key: _first_size(value) for key, value in sizes}}


def _first_size(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value


def _vector_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that turn a sequence into the single vector that the layer needs."""
    last, document, key_path = mismatch.last, mismatch.document, mismatch.node.key_path
    if last and last.layer.is_recurrent:
        text = f"remove `return_sequences` from the `{last.title}` on line {last.span.line}"
        yield argument_help(text, document, last.key_path, last.layer, "return_sequences", value=False)
    elif last and isinstance(last.layer, TimeDistributed) and last.layer.layer.title() == "Flatten":
        text = f"write `Flatten` without `TimeDistributed` on line {last.span.line}"
        yield unwrap_help(text, document, last.key_path, last.layer)
    elif is_listed(document, key_path):
        yield insert_help("add `- Flatten` before it to join all timesteps into one vector", key_path, "Flatten")
        pooling = "GlobalAveragePooling1D"
        yield insert_help(f"add `- {pooling}` before it to average the timesteps", key_path, pooling)


def _input_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield other shapes for an input that the layer reads: with a time axis, or without a last axis of size 1."""
    shape, layer = mismatch.chain_shape[1:], mismatch.innermost
    if lacks_time(mismatch):
        sizes = ", ".join(str(size) for size in shape)
        yield Help(f"add a time axis: `[timesteps, {sizes}]`", (Change(INPUT, (SOME_STEPS, *shape)),))
    if not mismatch.reads_input or lacks_channels(mismatch):
        return
    yield from without_samples(mismatch)
    if shape[-1:] == (1,) and not layer.has_channels and mismatch.has_spare_axis:
        yield from _input_help(mismatch, shape[:-1], " and save the data as `x[..., 0]`")


def without_samples(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the input without its first size if the layer that reads it needs one axis less."""
    first, *sizes = mismatch.chain_shape[1:]
    if mismatch.has_spare_axis and not mismatch.before:
        text = f"if {first} is the number of samples, remove it: `input: {to_inline_yaml(sizes)}`"
        yield Help(text, (Change(INPUT, tuple(sizes)),))


def _input_help(mismatch: Mismatch, shape: Shape, then: str) -> Iterator[Help]:
    architecture = mismatch.document.values.get("architecture")
    kind = str(architecture.get("kind")) if isinstance(architecture, dict) else ""
    given = mismatch.document.value_at(INPUT)
    tokens = isinstance(given, dict) and given.get("dtype") == "int32"
    value = input_value(Signature(kind, mismatch.chain_shape, (None, 1), tokens=tokens), shape)
    if value is not None:
        text = f"write `input: {to_inline_yaml(value)}` on line {mismatch.input_span.line},{then}"
        yield Help(text, (Change(INPUT, freeze_value(value)),))

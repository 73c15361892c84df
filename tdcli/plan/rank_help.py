"""What to write where a layer is given another number of axes than it needs, and it is not about time."""

from collections.abc import Iterator

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan import cure
from tdcli.plan.mismatch import Mismatch, is_recurrent
from tdcli.shapes import Shape
from tdcli.signature import Signature
from tdcli.sources.core.axes import INPUT, input_value
from tdcli.text.change import Change, Help, frozen
from tdcli.text.yaml_writer import inline_yaml

SOME_STEPS = 8
"""What stands for a number of timesteps that only the reader knows, where a help is tried."""
CHANNELS = (1, 3, 4)
COLOURS = (3, 4)


def lacks_channels(mismatch: Mismatch) -> bool:
    """Say whether a layer of frames that reads the input itself needs channels, and all other axes are there."""
    needs = mismatch.innermost.needs
    is_one_short = "channels" in needs and len(mismatch.fault.input_shape) == needs.count(",")
    reads_input = mismatch.input_shape == mismatch.chain_shape
    is_of_vectors = isinstance(mismatch.layer, TimeDistributed) and "height" not in needs
    in_colour = "depth" in needs and mismatch.chain_shape[-1] in COLOURS
    return is_one_short and reads_input and not (lacks_time(mismatch) or is_of_vectors or in_colour)


def lacks_time(mismatch: Mismatch) -> bool:
    """Say whether a layer that takes frames over time reads the input itself, which is one picture."""
    shape, needs = mismatch.chain_shape, mismatch.innermost.needs
    walks = isinstance(mismatch.layer, TimeDistributed) or is_recurrent(mismatch.layer)
    is_picture = len(shape) == 4 and shape[-1] in CHANNELS and mismatch.input_shape == shape
    if mismatch.document.value_at((*INPUT, "frame")) is not None:
        return False
    return walks and "height" in needs and is_picture and len(mismatch.fault.input_shape) == needs.count(",")


def rank_helps(mismatch: Mismatch) -> Iterator[str]:
    """Yield what gives the layer its axes; each is tried before it is shown."""
    layer, document, way = mismatch.innermost, mismatch.document, mismatch.placed.way
    if "depth" in layer.needs and mismatch.input_shape == mismatch.chain_shape and mismatch.chain_shape[-1] in CHANNELS:
        yield from of_other_rank(mismatch, "3D", "2D", "pictures")
    if lacks_channels(mismatch):
        if len(set(mismatch.chain_shape[1:])) == 2 and "time" not in mismatch.innermost.needs:
            yield from of_other_rank(mismatch, "2D", "1D", "steps of features")
        yield from _input(
            mismatch, (*mismatch.chain_shape[1:], 1), " and give the data that axis: `x[..., np.newaxis]`"
        )
    elif isinstance(mismatch.layer, TimeDistributed) and not lacks_time(mismatch):
        text = f"write `{layer.title()}` without `TimeDistributed`"
        yield cure.unwrapped(text, document, way, mismatch.layer)
    if not layer.needs and "axis" in type(layer).model_fields:
        yield cure.with_argument("write `axis: -1`", document, way, mismatch.layer, "axis", -1)
    if layer.title() == "Masking" and cure.is_listed(document, way):
        yield _mask_of_frames(mismatch)
    if layer.needs == "(batch, features)":
        yield from _vector_helps(mismatch)
    yield from _input_sizes(mismatch)


def _mask_of_frames(mismatch: Mismatch) -> Help:
    """Return how padded frames are marked, which Keras's Masking does not take."""
    value, way = vars(mismatch.innermost)["mask_value"], mismatch.placed.way
    text = f"leave it out, and write `padding: {value:g}` in `data`, which marks padded frames"
    marks = [Change(("data", "padding"), value)] if mismatch.document.value_at(("data",)) else []
    return Help(text, Change(way, None, "remove"), *marks)


def of_other_rank(mismatch: Mismatch, old: str, new: str, meant: str) -> Iterator[Help]:
    """Yield this layer and those of its rank behind it as layers of another rank: `Conv1D` for `Conv2D`.

    meant: what the input then is.
    """
    way, document = mismatch.placed.way, mismatch.document
    title = mismatch.layer.title()
    if not (cure.is_listed(document, way) and title.endswith(old)):
        return
    *base, first = way
    found = [(place, _with_rank(layer, old, new)) for place, layer in enumerate(document.value_at(way[:-1]))]
    behind = [(place, layer) for place, layer in found[int(first) :] if layer is not None]
    changes = [Change((*base, place), layer) for place, layer in behind]
    likewise = " and likewise behind it" if len(changes) > 1 else ""
    text = f"write `{title.removesuffix(old)}{new}` in place of `{title}`{likewise}, if these are {meant}"
    yield Help(text, *changes)


def _with_rank(layer: object, old: str, new: str) -> object | None:
    """Return a layer as the spec writes it for another number of axes; None for one that has none in its name."""
    if isinstance(layer, str):
        return layer.removesuffix(old) + new if layer.endswith(old) else None
    ((title, arguments),) = layer.items() if isinstance(layer, dict) and len(layer) == 1 else (("", None),)
    if not title.endswith(old):
        return None
    sizes = arguments.items() if isinstance(arguments, dict) else ()
    return {title.removesuffix(old) + new: {key: _first(value) for key, value in sizes}}


def _first(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value


def _vector_helps(mismatch: Mismatch) -> Iterator[str]:
    """Yield how a sequence becomes the one vector that a layer takes."""
    last, document, way = mismatch.last, mismatch.document, mismatch.placed.way
    if last and is_recurrent(last.layer):
        text = f"leave `return_sequences` out of the `{last.title}` on line {last.span.line}"
        yield cure.with_argument(text, document, last.way, last.layer, "return_sequences", value=False)
    elif last and isinstance(last.layer, TimeDistributed) and last.layer.layer.title() == "Flatten":
        text = f"write `Flatten` without `TimeDistributed` on line {last.span.line}"
        yield cure.unwrapped(text, document, last.way, last.layer)
    elif cure.is_listed(document, way):
        yield cure.inserted("put `- Flatten` before it, which lays the steps side by side", way, "Flatten")
        pooling = "GlobalAveragePooling1D"
        yield cure.inserted(f"put `- {pooling}` before it, which takes their mean", way, pooling)


def _input_sizes(mismatch: Mismatch) -> Iterator[Help]:
    """Yield inputs with time before a frame, or without a last axis of one, where the layer reads the input itself."""
    shape, needs = mismatch.chain_shape[1:], mismatch.innermost.needs
    if lacks_time(mismatch):
        sizes = ", ".join(str(size) for size in shape)
        yield Help(f"add a time axis: `[timesteps, {sizes}]`", Change(INPUT, (SOME_STEPS, *shape)))
    if mismatch.input_shape != mismatch.chain_shape or lacks_channels(mismatch):
        return
    yield from without_samples(mismatch)
    if shape[-1:] == (1,) and "channels" not in needs and len(mismatch.fault.input_shape) == needs.count(",") + 2:
        yield from _input(mismatch, shape[:-1], " and give the data as `x[..., 0]`")


def without_samples(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the input without its first size, where the layer that reads it needs one axis less."""
    first, *sizes = mismatch.chain_shape[1:]
    if len(mismatch.fault.input_shape) == mismatch.innermost.needs.count(",") + 2 and not mismatch.before:
        text = f"if {first} counts the samples, leave it out: `input: {inline_yaml(sizes)}`"
        yield Help(text, Change(INPUT, tuple(sizes)))


def _input(mismatch: Mismatch, shape: Shape, then: str) -> Iterator[Help]:
    architecture = mismatch.document.values.get("architecture")
    kind = str(architecture.get("kind")) if isinstance(architecture, dict) else ""
    given = mismatch.document.value_at(INPUT)
    tokens = isinstance(given, dict) and given.get("dtype") == "int32"
    value = input_value(Signature(kind, mismatch.chain_shape, (None, 1), tokens=tokens), shape)
    if value is not None:
        text = f"write `input: {inline_yaml(value)}` on line {mismatch.input_span.line},{then}"
        yield Help(text, Change(INPUT, frozen(value)))

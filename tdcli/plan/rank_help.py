"""What to write where a layer is given another number of axes than it needs, and it is not about time."""

from collections.abc import Iterator

from tdcli.data._axes import INPUT, input_value
from tdcli.data._signature import Signature
from tdcli.layers._base import Shape
from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan import cure
from tdcli.plan.mismatch import Mismatch, is_recurrent
from tdcli.text.change import Change, Help, frozen
from tdcli.text.yaml_writer import inline_yaml

SOME_STEPS = 8
"""What stands for a number of timesteps that only the reader knows, where a help is tried."""
CHANNELS = (1, 3, 4)


def lacks_channels(mismatch: Mismatch) -> bool:
    """Say whether a layer of frames that reads the input itself needs channels, and all other axes are there."""
    needs = mismatch.innermost.needs
    is_one_short = "channels" in needs and len(mismatch.fault.input_shape) == needs.count(",")
    reads_input = mismatch.input_shape == mismatch.chain_shape
    is_of_vectors = isinstance(mismatch.layer, TimeDistributed) and "height" not in needs
    return is_one_short and reads_input and not lacks_time(mismatch) and not is_of_vectors


def lacks_time(mismatch: Mismatch) -> bool:
    """Say whether a layer that takes frames over time reads the input itself, which is one picture."""
    shape, needs = mismatch.chain_shape, mismatch.innermost.needs
    walks = isinstance(mismatch.layer, TimeDistributed) or is_recurrent(mismatch.layer)
    is_picture = len(shape) == 4 and shape[-1] in CHANNELS and mismatch.input_shape == shape
    if cure.value_at(mismatch.document, (*INPUT, "frame")) is not None:
        return False
    return walks and "height" in needs and is_picture and len(mismatch.fault.input_shape) == needs.count(",")


def rank_helps(mismatch: Mismatch) -> Iterator[str]:
    """Yield what gives the layer its axes; each is tried before it is shown."""
    layer, document, way = mismatch.innermost, mismatch.document, mismatch.placed.way
    if lacks_channels(mismatch):
        yield from _input(
            mismatch, (*mismatch.chain_shape[1:], 1), " and give the data that axis: `x[..., np.newaxis]`"
        )
    elif isinstance(mismatch.layer, TimeDistributed) and not lacks_time(mismatch):
        text = f"write `{layer.title()}` without `TimeDistributed`"
        yield cure.unwrapped(text, document, way, mismatch.layer)
    if not layer.needs and "axis" in type(layer).model_fields:
        yield cure.with_argument("write `axis: -1`", document, way, mismatch.layer, "axis", -1)
    if layer.needs == "(batch, features)":
        yield from _vector_helps(mismatch)
    yield from _input_sizes(mismatch)


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
    given = cure.value_at(mismatch.document, INPUT)
    tokens = isinstance(given, dict) and given.get("dtype") == "int32"
    value = input_value(Signature(kind, mismatch.chain_shape, (None, 1), tokens=tokens), shape)
    if value is not None:
        text = f"write `input: {inline_yaml(value)}` on line {mismatch.input_span.line},{then}"
        yield Help(text, Change(INPUT, frozen(value)))

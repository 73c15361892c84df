"""Fixes for a missing or superfluous time axis."""

from collections.abc import Iterator

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.cures.bottleneck import unfolding
from tdcli.plan.cures.changes import (
    argument_help,
    insert_help,
    is_listed,
    remove_help,
    unwrap_help,
    wrap_change,
    wrap_help,
)
from tdcli.plan.cures.rank import CHANNEL_COUNTS, SOME_STEPS, layers_of_other_rank, without_samples
from tdcli.plan.mismatch import Mismatch
from tdcli.plan.step import Step
from tdcli.shapes import Shape, format_shape
from tdcli.sources.core.axes import INPUT
from tdcli.text.change import Change, Help
from tdcli.text.document import Document
from tdcli.text.yaml_writer import to_inline_yaml


def time_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that give the layer the time axis that it needs."""
    if reads_a_picture(mismatch):
        yield from _picture_helps(mismatch)
    elif mismatch.losing:
        yield from unfolding(mismatch)
        yield _losing_help(mismatch.losing, mismatch.document)
    else:
        yield from _input_helps(mismatch)


def _losing_help(losing: Step, document: Document) -> Help:
    if len(losing.input_shape) == 3:
        shape = format_shape(losing.input_shape)
        text = f"remove the `{losing.title}` on line {losing.span.line}: `{shape}` is already a sequence"
        return remove_help(text, losing.key_path) if is_listed(document, losing.key_path) else Help(text)
    text = f"wrap the `{losing.title}` on line {losing.span.line}: `TimeDistributed: {losing.title}`"
    return wrap_help(text, document, losing.key_path)


def reads_a_picture(mismatch: Mismatch) -> bool:
    """Return whether the input is a single frame: the first layer for frames reads it, and it has no time axis."""
    first = next((step for step in mismatch.before if step.layer.reads_frames), None)
    is_frame = first is not None and not first.layer.is_recurrent and first.input_shape == mismatch.chain_shape
    return is_frame and len(mismatch.chain_shape) == 4


def looks_like_a_picture(shape: Shape) -> bool:
    """Return whether `(batch, height, width, channels)` is in colour or square. A spectrogram's rows are timesteps."""
    return shape[-1] in CHANNEL_COUNTS and (shape[-1] != 1 or shape[1] == shape[2])


def _picture_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that add a time axis to an image, or remove the layer that needs one."""
    sizes, title = mismatch.chain_shape[1:], mismatch.layer.title()
    listed = ", ".join(str(size) for size in sizes)
    key_paths = [step.key_path for step in mismatch.before if is_listed(mismatch.document, step.key_path)]
    given = Change(INPUT, (SOME_STEPS, *sizes))
    changes = [given, *(wrap_change(mismatch.document, key_path) for key_path in key_paths)]
    text = f"add a time axis: `[timesteps, {listed}]`, and wrap each layer before the `{title}` in `TimeDistributed`"
    if len(mismatch.error.input_shape) > 3:
        text += ", with `- TimeDistributed: Flatten` as the last of them"
        changes.append(Change(mismatch.node.key_path, {"TimeDistributed": "Flatten"}, "insert"))
    yield Help(text, tuple(changes))
    if is_listed(mismatch.document, mismatch.node.key_path):
        text = f"if the input is a single image, remove the `{title}` on line {mismatch.span.line}"
        yield remove_help(text, mismatch.node.key_path)


def _input_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the two meanings of a vector: many timesteps of one feature, or the features of one timestep."""
    size, line = mismatch.chain_shape[-1], mismatch.input_span.line
    if mismatch.document.value_at(INPUT) is None or mismatch.chain_shape[1:] != (size,) or size is None:
        return
    yield Help(
        f"if the {size} values are timesteps of one feature, write `input: [{size}, 1]` on line {line} "
        "and save `x[..., np.newaxis]`",
        (Change(INPUT, (size, 1)),),
    )
    yield Help(
        f"if they are the features of one timestep, add a time axis: `[timesteps, {size}]`",
        (Change(INPUT, (SOME_STEPS, size)),),
    )


def sequence_helps(mismatch: Mismatch, last: Step) -> Iterator[Help]:
    """Yield the fixes that make the layer before return sequences. A layer of a head may work without its wrapper."""
    document = mismatch.document
    kind = document.value_at(("architecture", "kind"))
    if kind == "many-to-one":
        yield Help("write `kind: many-to-many`", (Change(("architecture", "kind"), "many-to-many"),))
    elif kind in ("cnn-lstm", "conv-lstm"):
        key_path = ("architecture", "return_sequences")
        yield Help("write `return_sequences: true` in `architecture`", (Change(key_path, value=True),))
    else:
        text = f"add `return_sequences: true` to the `{last.title}` on line {last.span.line}"
        yield argument_help(text, document, last.key_path, last.layer, "return_sequences", value=True)
    if mismatch.node.key_path[1:2] == ("head",) and isinstance(mismatch.layer, TimeDistributed):
        yield unwrap_recurrent(mismatch, mismatch.layer)


def unwrap_recurrent(mismatch: Mismatch, wrapper: TimeDistributed) -> Help:
    """Return the help that removes the TimeDistributed around the layer."""
    text = f"write `{mismatch.innermost.title()}` without `TimeDistributed`"
    return unwrap_help(text, mismatch.document, mismatch.node.key_path, wrapper)


def flatten_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that turn each frame into the single vector that the layer needs."""
    key_path, cnn = mismatch.node.key_path, mismatch.document.value_at(("architecture", "cnn"))
    if mismatch.last and mismatch.last.title == "Reshape" and mismatch.last.output_shape[1] == 1:
        yield _without_batch(mismatch.last, mismatch.document)
        return
    if isinstance(cnn, tuple) and key_path[1:2] == ("recurrent",):
        yield insert_help("add `- Flatten` at the end of `cnn`", ("architecture", "cnn", len(cnn)), "Flatten")
    if is_listed(mismatch.document, key_path):
        yield insert_help("add `- TimeDistributed: Flatten` before it", key_path, {"TimeDistributed": "Flatten"})
        yield from without_samples(mismatch)


def _without_batch(reshape: Step, document: Document) -> Help:
    """Return the help for a Reshape whose first size is the batch, as in NumPy and TensorFlow."""
    sizes = reshape.output_shape[2:]
    written = f"`target_shape: {to_inline_yaml(list(sizes))}`"
    text = f"remove the batch axis from the `Reshape` on line {reshape.span.line}: {written}"
    return argument_help(text, document, reshape.key_path, reshape.layer, "target_shape", sizes)


def wrap_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the fixes that let a layer for single frames read frames over time."""
    name, key_path = mismatch.layer.title(), mismatch.node.key_path
    inner = f"{{{name}: {{...}}}}" if mismatch.layer.model_fields_set else name
    yield from _picture_layers(mismatch)
    yield wrap_help(f"wrap it: `TimeDistributed: {inner}`", mismatch.document, key_path)
    yield from _last_frame(mismatch)


def _last_frame(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the help to return only the last frame of a recurrent layer, unless a wrapper needs all frames."""
    last = mismatch.last
    if last and last.layer.is_recurrent and mismatch.node.key_path[1:2] != ("head",):
        text = f"remove `return_sequences` from the `{last.title}` on line {last.span.line} to read only the last frame"
        yield argument_help(text, mismatch.document, last.key_path, last.layer, "return_sequences", value=False)


def _picture_layers(mismatch: Mismatch) -> Iterator[Help]:
    """Yield layers for images instead of layers that slide along time, if the input may be an image."""
    if mismatch.reads_input and len(mismatch.input_shape) == 4:
        yield from layers_of_other_rank(mismatch, "1D", "2D", "images")

"""Another number of axes than a layer needs: nearly always the time axis, missing or left over."""

from collections.abc import Iterator

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan import cure
from tdcli.plan.bottleneck import squeezes, unfolding
from tdcli.plan.fix import unwrapped, with_argument, wrapped
from tdcli.plan.mismatch import Mismatch, flattens_frames, is_recurrent, keeps_last_step
from tdcli.plan.plan import Step
from tdcli.plan.rank_help import (
    CHANNELS,
    SOME_STEPS,
    lacks_channels,
    lacks_time,
    of_other_rank,
    rank_helps,
    without_samples,
)
from tdcli.shapes import Shape, format_shape
from tdcli.sources.core.axes import INPUT
from tdcli.text.change import Change, Help
from tdcli.text.diagnostic import Diagnostic, Edit, Note
from tdcli.text.document import Document
from tdcli.text.yaml_writer import inline_yaml


def wrong_rank(mismatch: Mismatch) -> Diagnostic:
    """Return the diagnostic; its name is that of the lesson."""
    got, last = mismatch.fault.input_shape, mismatch.last
    lacks_time = "time" in mismatch.fault.needs and len(got) == mismatch.fault.needs.count(",")
    if last and lacks_time and keeps_last_step(last.layer):
        return _sequences_not_returned(mismatch, last)
    if mismatch.walks_along_time:
        if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) > 2:
            return _recurrent_in_time_distributed(mismatch, mismatch.layer)
        lacks_steps = len(got) < 4 or (reads_a_picture(mismatch) and looks_like_a_picture(mismatch.chain_shape))
        return _no_time_axis(mismatch) if lacks_steps else _frames_not_flattened(mismatch)
    if _lacks_time_alone(mismatch):
        return _no_time_axis(mismatch)
    if _reads_frames(mismatch) and len(got) == mismatch.layer.needs.count(",") + 2:
        return _time_distributed_missing(mismatch)
    return _plain_rank(mismatch)


def _lacks_time_alone(mismatch: Mismatch) -> bool:
    """Say whether there is one vector where a sequence of them is needed."""
    if isinstance(mismatch.layer, TimeDistributed):
        return len(mismatch.input_shape) < 3
    return mismatch.layer.needs.startswith("(batch, time, ") and len(mismatch.input_shape) == 2


def _reads_frames(mismatch: Mismatch) -> bool:
    return "channels" in mismatch.layer.needs and not is_recurrent(mismatch.layer)


def _no_time_axis(mismatch: Mismatch) -> Diagnostic:
    """Say where the time axis went: a recurrent layer kept its last step only, something merged it, or no input."""
    losing = mismatch.losing
    if losing and keeps_last_step(losing.layer):
        return _sequences_not_returned(mismatch, losing)
    note = Note(losing.span, "leaves no time axis") if losing else mismatch.source
    message = mismatch.message_of(mismatch.layer)
    why = f"`{mismatch.layer.title()}` works along time; without that axis there is nothing to walk along"
    if reads_a_picture(mismatch):
        why = f"each sample is one picture, without time: `{mismatch.layer.title()}` has nothing to walk along"
    fix = _wrapped_losing(losing, mismatch.document) if losing and not reads_a_picture(mismatch) else ()
    helps = tuple(_time_helps(mismatch))
    return Diagnostic("time-axis-missing", message, mismatch.span, (note,), why, helps, fix=fix)


def _time_helps(mismatch: Mismatch) -> Iterator[str]:
    if reads_a_picture(mismatch):
        yield from _picture_helps(mismatch)
    elif mismatch.losing:
        yield from unfolding(mismatch)
        yield _losing_help(mismatch.losing, mismatch.document)
    else:
        yield from _input_helps(mismatch)


def _wrapped_losing(losing: Step, document: Document) -> tuple[Edit, ...]:
    """Let a Flatten of frames flatten each of them; what else merged time has no certain cure."""
    return wrapped(document, losing.way, losing.layer) if flattens_frames(losing) else ()


def _losing_help(losing: Step, document: Document) -> str:
    if len(losing.input_shape) == 3:
        shape = format_shape(losing.input_shape)
        text = f"leave out the `{losing.title}` on line {losing.span.line}: `{shape}` is a sequence already"
        return cure.removed(text, losing.way) if cure.is_listed(document, losing.way) else text
    text = f"wrap the `{losing.title}` on line {losing.span.line}: `TimeDistributed: {losing.title}`"
    return cure.wrapped(text, document, losing.way)


def reads_a_picture(mismatch: Mismatch) -> bool:
    """Say whether the first layer that slides over frames reads the input's own rows, before any axis of time."""
    first = next((step for step in mismatch.before if "height" in step.layer.needs), None)
    is_frame = first is not None and not is_recurrent(first.layer) and first.input_shape == mismatch.chain_shape
    return is_frame and len(mismatch.chain_shape) == 4


def looks_like_a_picture(shape: Shape) -> bool:
    """Say whether `(batch, height, width, channels)` is in colour or square: a spectrogram's rows would be steps."""
    return shape[-1] in CHANNELS and (shape[-1] != 1 or shape[1] == shape[2])


def _picture_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield how to give a picture time, or to do without it."""
    sizes, title = mismatch.chain_shape[1:], mismatch.layer.title()
    listed = ", ".join(str(size) for size in sizes)
    ways = [step.way for step in mismatch.before if cure.is_listed(mismatch.document, step.way)]
    given = Change(INPUT, (SOME_STEPS, *sizes))
    changes = [given, *(cure.wrapping(mismatch.document, way) for way in ways)]
    text = f"add a time axis: `[timesteps, {listed}]`, and each layer before the `{title}` its `TimeDistributed`"
    if len(mismatch.fault.input_shape) > 3:
        text += ", with `- TimeDistributed: Flatten` last"
        changes.append(Change(mismatch.placed.way, {"TimeDistributed": "Flatten"}, "insert"))
    yield Help(text, *changes)
    if cure.is_listed(mismatch.document, mismatch.placed.way):
        text = f"if one picture is meant, leave out the `{title}` on line {mismatch.span.line}"
        yield cure.removed(text, mismatch.placed.way)


def _input_helps(mismatch: Mismatch) -> Iterator[Help]:
    """Yield the two things that a vector of numbers can be: steps of one number, or one step."""
    size, line = mismatch.chain_shape[-1], mismatch.input_span.line
    if mismatch.document.value_at(INPUT) is None or mismatch.chain_shape[1:] != (size,) or size is None:
        return
    yield Help(
        f"if the {size} are timesteps of one feature, write `input: [{size}, 1]` on line {line}, "
        "and save `x[..., np.newaxis]`",
        Change(INPUT, (size, 1)),
    )
    yield Help(
        f"if they are the features of one step, add a time axis: `[timesteps, {size}]`",
        Change(INPUT, (SOME_STEPS, size)),
    )


def _sequences_not_returned(mismatch: Mismatch, last: Step) -> Diagnostic:
    why = "a recurrent layer hands on its last step only, unless it returns the whole sequence"
    note = Note(last.span, "returns its last step only")
    message = mismatch.message_of(mismatch.layer)
    edits = with_argument(mismatch.document, last.way, last.layer, "return_sequences", "true")
    fix = () if squeezes(mismatch) else edits
    helps = (*unfolding(mismatch), *_sequence_helps(mismatch, last))
    return Diagnostic("sequences-not-returned", message, mismatch.span, (note,), why, helps, fix=fix)


def _sequence_helps(mismatch: Mismatch, last: Step) -> Iterator[str]:
    """Yield how the kind returns sequences; a layer of a head may do without a wrapper."""
    document = mismatch.document
    kind = document.value_at(("architecture", "kind"))
    if kind == "many-to-one":
        yield Help("write `kind: many-to-many`", Change(("architecture", "kind"), "many-to-many"))
    elif kind in ("cnn-lstm", "conv-lstm"):
        way = ("architecture", "return_sequences")
        yield Help("write `return_sequences: true` in `architecture`", Change(way, value=True))
    else:
        text = f"add `return_sequences: true` to the `{last.title}` on line {last.span.line}"
        yield cure.with_argument(text, document, last.way, last.layer, "return_sequences", value=True)
    if mismatch.placed.way[1:2] == ("head",) and isinstance(mismatch.layer, TimeDistributed):
        yield _unwrapping(mismatch, mismatch.layer)


def _recurrent_in_time_distributed(mismatch: Mismatch, wrapper: TimeDistributed) -> Diagnostic:
    name, step = mismatch.innermost.title(), format_shape(mismatch.fault.input_shape)
    message = f"`TimeDistributed` hands `{name}` one step, `{step}`, which has no time axis left"
    why = f"`{name}` walks along time by itself; TimeDistributed is for layers that know nothing of time"
    help = _unwrapping(mismatch, wrapper)
    fix = unwrapped(mismatch.document, mismatch.placed.way, wrapper)
    return Diagnostic("time-distributed-recurrent", message, mismatch.span, (mismatch.source,), why, (help,), fix=fix)


def _unwrapping(mismatch: Mismatch, wrapper: TimeDistributed) -> Help:
    text = f"write `{mismatch.innermost.title()}` without `TimeDistributed`"
    return cure.unwrapped(text, mismatch.document, mismatch.placed.way, wrapper)


def _frames_not_flattened(mismatch: Mismatch) -> Diagnostic:
    why = f"`{mismatch.innermost.title()}` takes one vector a step; here every step is a whole frame"
    helps = tuple(_flattening(mismatch))
    return Diagnostic("frames-not-flattened", mismatch.message, mismatch.span, (mismatch.source,), why, helps)


def _flattening(mismatch: Mismatch) -> Iterator[Help]:
    way, cnn = mismatch.placed.way, mismatch.document.value_at(("architecture", "cnn"))
    if mismatch.last and mismatch.last.title == "Reshape" and mismatch.last.output_shape[1] == 1:
        yield _without_batch(mismatch.last, mismatch.document)
        return
    if isinstance(cnn, tuple) and way[1:2] == ("recurrent",):
        yield cure.inserted("write `- Flatten` last in `cnn`", ("architecture", "cnn", len(cnn)), "Flatten")
    if cure.is_listed(mismatch.document, way):
        yield cure.inserted("put `- TimeDistributed: Flatten` before it", way, {"TimeDistributed": "Flatten"})
        yield from without_samples(mismatch)


def _without_batch(reshape: Step, document: Document) -> Help:
    """Return the help for a Reshape whose first size is the batch's, as NumPy and TensorFlow write it."""
    sizes = reshape.output_shape[2:]
    text = (
        f"leave the batch out of the `Reshape` on line {reshape.span.line}: `target_shape: {inline_yaml(list(sizes))}`"
    )
    return cure.with_argument(text, document, reshape.way, reshape.layer, "target_shape", sizes)


def _time_distributed_missing(mismatch: Mismatch) -> Diagnostic:
    name = mismatch.layer.title()
    why = f"`{name}` reads one frame at a time; the extra axis is time, and TimeDistributed walks along it"
    inner = f"{{{name}: {{...}}}}" if mismatch.layer.model_fields_set else name
    help = cure.wrapped(f"wrap it: `TimeDistributed: {inner}`", mismatch.document, mismatch.placed.way)
    helps = (*_of_pictures(mismatch), help, *_of_one_frame(mismatch))
    fix = () if len(helps) > 1 else wrapped(mismatch.document, mismatch.placed.way, mismatch.layer)
    notes = (mismatch.source,)
    return Diagnostic("time-distributed-missing", mismatch.message, mismatch.span, notes, why, helps, fix=fix)


def _of_one_frame(mismatch: Mismatch) -> Iterator[Help]:
    """Yield how a recurrent layer hands on its last frame alone, where no wrapper before it asks for all of them."""
    last = mismatch.last
    if last and is_recurrent(last.layer) and mismatch.placed.way[1:2] != ("head",):
        text = (
            f"leave `return_sequences` out of the `{last.title}` on line {last.span.line}, if the last frame is meant"
        )
        yield cure.with_argument(text, mismatch.document, last.way, last.layer, "return_sequences", value=False)


def _of_pictures(mismatch: Mismatch) -> Iterator[Help]:
    """Yield layers of pictures for those that slide along time, where the input may be one."""
    if mismatch.input_shape == mismatch.chain_shape and len(mismatch.input_shape) == 4:
        yield from of_other_rank(mismatch, "1D", "2D", "pictures")


def _plain_rank(mismatch: Mismatch) -> Diagnostic:
    name = mismatch.innermost.title()
    why = f"`{name}` needs exactly these axes"
    if isinstance(mismatch.layer, TimeDistributed):
        why = f"TimeDistributed takes the time axis away, so `{name}` sees one step"
    if lacks_time(mismatch):
        why = "each sample is one picture, without time"
    if lacks_channels(mismatch):
        why = "the channels are missing: a grey picture or a single series has one, as its last axis"
    helps = tuple(rank_helps(mismatch))
    return Diagnostic("wrong-rank", mismatch.message, mismatch.span, (mismatch.source,), why, helps)

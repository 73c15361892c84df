"""Report a wrong number of axes. Nearly always, the time axis is missing or superfluous."""

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.cures.bottleneck import squeezes, unfolding
from tdcli.plan.cures.edits import argument_edits, unwrap_edits, wrap_edits
from tdcli.plan.cures.rank import lacks_channels, lacks_time, rank_helps
from tdcli.plan.cures.time_axis import (
    flatten_helps,
    looks_like_a_picture,
    reads_a_picture,
    sequence_helps,
    time_helps,
    unwrap_recurrent,
    wrap_helps,
)
from tdcli.plan.diagnosis.recovery import (
    Explanation,
    at_every_step,
    with_flattened_frames,
    with_sequences,
    with_time_kept,
    without_wrapper,
)
from tdcli.plan.mismatch import Mismatch, flattens_frames, keeps_last_step
from tdcli.plan.step import Step
from tdcli.shapes import format_shape
from tdcli.text.diagnostic import Diagnostic, Note


def wrong_rank(mismatch: Mismatch) -> Explanation:
    """Return the diagnostic, and how to find the output shape of the corrected layer."""
    last = mismatch.last
    if last and _lacks_time(mismatch) and keeps_last_step(last.layer):
        return _sequences_not_returned(mismatch, last)
    if mismatch.walks_along_time:
        return _wrong_input_of_recurrent(mismatch)
    if _reads_one_vector(mismatch):
        return _no_time_axis(mismatch)
    if _reads_frames_over_time(mismatch):
        return _time_distributed_missing(mismatch)
    return _plain_rank(mismatch)


def _lacks_time(mismatch: Mismatch) -> bool:
    """Return whether the layer needs a time axis and its input has one axis less than it needs."""
    axes = mismatch.error.axes
    return "time" in axes and len(mismatch.error.input_shape) == len(axes) - 1


def _reads_one_vector(mismatch: Mismatch) -> bool:
    """Return whether the input is a single vector and the layer needs a sequence."""
    takes_steps = isinstance(mismatch.layer, TimeDistributed) or mismatch.layer.has_time
    return takes_steps and len(mismatch.input_shape) == 2


def _reads_frames_over_time(mismatch: Mismatch) -> bool:
    """Return whether a layer for single frames or single sequences gets one more axis."""
    layer = mismatch.layer
    return layer.has_channels and not layer.is_recurrent and mismatch.has_spare_axis


def _wrong_input_of_recurrent(mismatch: Mismatch) -> Explanation:
    """Explain a layer that needs one vector per timestep and gets no timesteps, or frames."""
    if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) > 2:
        return _recurrent_in_time_distributed(mismatch, mismatch.layer)
    is_picture = reads_a_picture(mismatch) and looks_like_a_picture(mismatch.chain_shape)
    lacks_steps = len(mismatch.error.input_shape) < 4 or is_picture
    return _no_time_axis(mismatch) if lacks_steps else _frames_not_flattened(mismatch)


def _no_time_axis(mismatch: Mismatch) -> Explanation:
    """Explain where the time axis was lost: in a recurrent layer, in a layer that merged it, or before the input."""
    losing, is_picture = mismatch.losing, reads_a_picture(mismatch)
    if losing and keeps_last_step(losing.layer):
        return _sequences_not_returned(mismatch, losing)
    note = Note(losing.span, "removes the time axis") if losing else mismatch.source
    message = mismatch.message_of(mismatch.layer)
    why = f"`{mismatch.layer.title()}` works along the time axis, and its input has none"
    if is_picture:
        why = f"each sample is a single image without a time axis, which `{mismatch.layer.title()}` needs"
    # Only a Flatten of frames has a certain fix: flatten each of them.
    is_certain = losing is not None and flattens_frames(losing) and not is_picture
    fix = wrap_edits(mismatch.document, losing.key_path, losing.layer) if losing and is_certain else ()
    helps = tuple(time_helps(mismatch))
    return Diagnostic("time-axis-missing", message, mismatch.span, (note,), why, helps, fix=fix), with_time_kept


def _sequences_not_returned(mismatch: Mismatch, last: Step) -> Explanation:
    why = "by default, a recurrent layer returns only its last output, not the whole sequence"
    note = Note(last.span, "returns only its last output")
    message = mismatch.message_of(mismatch.layer)
    edits = argument_edits(mismatch.document, last.key_path, last.layer, "return_sequences", "true")
    fix = () if squeezes(mismatch) else edits
    helps = (*unfolding(mismatch), *sequence_helps(mismatch, last))
    diagnostic = Diagnostic("sequences-not-returned", message, mismatch.span, (note,), why, helps, fix=fix)
    return diagnostic, with_sequences


def _recurrent_in_time_distributed(mismatch: Mismatch, wrapper: TimeDistributed) -> Explanation:
    name, step = mismatch.innermost.title(), format_shape(mismatch.error.input_shape)
    message = f"`{name}` inside `TimeDistributed` reads single timesteps, `{step}`, which have no time axis"
    why = f"`{name}` already works along the time axis; `TimeDistributed` is for layers that do not"
    help, notes = unwrap_recurrent(mismatch, wrapper), (mismatch.source,)
    fix = unwrap_edits(mismatch.document, mismatch.node.key_path, wrapper)
    diagnostic = Diagnostic("time-distributed-recurrent", message, mismatch.span, notes, why, (help,), fix=fix)
    return diagnostic, without_wrapper


def _frames_not_flattened(mismatch: Mismatch) -> Explanation:
    why = f"`{mismatch.innermost.title()}` needs one vector per timestep; here each timestep is a whole frame"
    helps, notes = tuple(flatten_helps(mismatch)), (mismatch.source,)
    diagnostic = Diagnostic("frames-not-flattened", mismatch.message, mismatch.span, notes, why, helps)
    return diagnostic, with_flattened_frames


def _time_distributed_missing(mismatch: Mismatch) -> Explanation:
    title = mismatch.layer.title()
    why = f"`{title}` reads a single frame; `TimeDistributed` applies it at each timestep of the extra time axis"
    helps = tuple(wrap_helps(mismatch))
    fix = () if len(helps) > 1 else wrap_edits(mismatch.document, mismatch.node.key_path, mismatch.layer)
    message, notes = mismatch.message, (mismatch.source,)
    diagnostic = Diagnostic("time-distributed-missing", message, mismatch.span, notes, why, helps, fix=fix)
    return diagnostic, at_every_step


def _plain_rank(mismatch: Mismatch) -> Explanation:
    name = mismatch.innermost.title()
    why = f"`{name}` needs exactly these axes"
    if isinstance(mismatch.layer, TimeDistributed):
        why = f"`TimeDistributed` removes the time axis, so `{name}` reads a single timestep"
    if lacks_time(mismatch):
        why = "each sample is a single image without a time axis"
    if lacks_channels(mismatch):
        why = "the channels axis is missing; it comes last, and a grey image or a single series has one channel"
    helps = tuple(rank_helps(mismatch))
    return Diagnostic("wrong-rank", mismatch.message, mismatch.span, (mismatch.source,), why, helps), None

"""Another number of axes than a layer needs: nearly always the time axis, missing or left over."""

from tdcli.layers.time_distributed import TimeDistributed
from tdcli.plan.fix import unwrapped, with_argument, wrapped
from tdcli.plan.mismatch import Mismatch, flattens_frames, is_recurrent, keeps_last_step, written
from tdcli.plan.plan import Step
from tdcli.text.diagnostic import Diagnostic, Edit, Note
from tdcli.text.document import Document


def wrong_rank(mismatch: Mismatch) -> Diagnostic:
    """Return the diagnostic; its name is that of the lesson."""
    got, last = mismatch.fault.input_shape, mismatch.last
    lacks_time = "time" in mismatch.fault.needs and len(got) == mismatch.fault.needs.count(",")
    if last and lacks_time and keeps_last_step(last.layer):
        return _sequences_not_returned(mismatch, last)
    if mismatch.walks_along_time:
        if isinstance(mismatch.layer, TimeDistributed) and len(mismatch.input_shape) > 2:
            return _recurrent_in_time_distributed(mismatch, mismatch.layer)
        return _frames_not_flattened(mismatch) if len(got) > 3 else _no_time_axis(mismatch)
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
    help = _losing_help(losing) if losing else _input_help(mismatch)
    note = Note(losing.span, "leaves no time axis") if losing else mismatch.source
    message = mismatch.message_of(mismatch.layer)
    why = f"`{mismatch.layer.title()}` works along time; without that axis there is nothing to walk along"
    fix = _wrapped_losing(losing, mismatch.document) if losing else ()
    return Diagnostic("time-axis-missing", message, mismatch.span, (note,), why, (help,), fix=fix)


def _wrapped_losing(losing: Step, document: Document) -> tuple[Edit, ...]:
    """Let a Flatten of frames flatten each of them; what else merged time has no certain cure."""
    return wrapped(document, losing.way, losing.layer) if flattens_frames(losing) else ()


def _losing_help(losing: Step) -> str:
    if len(losing.input_shape) == 3:
        shape = written(losing.input_shape)
        return f"leave out the `{losing.title}` on line {losing.span.line}: `{shape}` is a sequence already"
    return f"wrap the `{losing.title}` on line {losing.span.line}: `TimeDistributed: {losing.title}`"


def _input_help(mismatch: Mismatch) -> str:
    size = mismatch.chain_shape[-1]
    return f"give the input its time axis on line {mismatch.input_span.line}: `[timesteps, {size}]`"


def _sequences_not_returned(mismatch: Mismatch, last: Step) -> Diagnostic:
    why = "a recurrent layer hands on its last step only, unless it returns the whole sequence"
    help = f"add `return_sequences: true` to the `{last.title}` on line {last.span.line}"
    note = Note(last.span, "returns its last step only")
    message = mismatch.message_of(mismatch.layer)
    fix = with_argument(mismatch.document, last.way, last.layer, "return_sequences", "true")
    return Diagnostic("sequences-not-returned", message, mismatch.span, (note,), why, (help,), fix=fix)


def _recurrent_in_time_distributed(mismatch: Mismatch, wrapper: TimeDistributed) -> Diagnostic:
    name, step = mismatch.innermost.title(), written(mismatch.fault.input_shape)
    message = f"`TimeDistributed` hands `{name}` one step, `{step}`, which has no time axis left"
    why = f"`{name}` walks along time by itself; TimeDistributed is for layers that know nothing of time"
    help = f"write `{name}` without `TimeDistributed`"
    fix = unwrapped(mismatch.document, mismatch.placed.way, wrapper)
    return Diagnostic("time-distributed-recurrent", message, mismatch.span, (mismatch.source,), why, (help,), fix=fix)


def _frames_not_flattened(mismatch: Mismatch) -> Diagnostic:
    why = f"`{mismatch.innermost.title()}` takes one vector a step; here every step is a whole frame"
    help = "put `TimeDistributed: Flatten` before it (in `cnn:` write `Flatten` last)"
    return Diagnostic("frames-not-flattened", mismatch.message, mismatch.span, (mismatch.source,), why, (help,))


def _time_distributed_missing(mismatch: Mismatch) -> Diagnostic:
    name = mismatch.layer.title()
    why = f"`{name}` reads one frame at a time; the extra axis is time, and TimeDistributed walks along it"
    inner = f"{{{name}: {{...}}}}" if mismatch.layer.model_fields_set else name
    help = f"wrap it: `TimeDistributed: {inner}`"
    fix = wrapped(mismatch.document, mismatch.placed.way, mismatch.layer)
    notes = (mismatch.source,)
    return Diagnostic("time-distributed-missing", mismatch.message, mismatch.span, notes, why, (help,), fix=fix)


def _plain_rank(mismatch: Mismatch) -> Diagnostic:
    name = mismatch.innermost.title()
    why = f"`{name}` needs exactly these axes"
    if isinstance(mismatch.layer, TimeDistributed):
        why = f"TimeDistributed takes the time axis away, so `{name}` sees one step"
    return Diagnostic("wrong-rank", mismatch.message, mismatch.span, (mismatch.source,), why, (_rank_help(mismatch),))


def _rank_help(mismatch: Mismatch) -> str:
    name, needs, last = mismatch.innermost.title(), mismatch.innermost.needs, mismatch.last
    if last and needs == "(batch, features)" and is_recurrent(last.layer):
        return f"leave `return_sequences` out of the `{last.title}` on line {last.span.line}"
    if isinstance(mismatch.layer, TimeDistributed) and needs and len(mismatch.input_shape) == needs.count(",") + 1:
        return f"write `{name}` without `TimeDistributed`"
    if not needs:
        return f"change the arguments of `{name}`, or the shape with `Reshape` before it"
    return f"change the input on line {mismatch.input_span.line}, or the shape with `Reshape` before it"

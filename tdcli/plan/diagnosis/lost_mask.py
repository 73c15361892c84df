"""Report layers that would read padded timesteps: where the mask starts, and how to do without it."""

from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.layers.embedding import Embedding
from tdcli.layers.masking import Masking
from tdcli.plan.diagnosis.recovery import Explanation, as_it_is
from tdcli.plan.mismatch import Mismatch
from tdcli.plan.step import Step
from tdcli.text.change import as_helps
from tdcli.text.diagnostic import Diagnostic, Note, Span
from tdcli.text.document import Document
from tdcli.text.key_path import KeyPath

READS_PADDING = "would treat padded timesteps as real data"


def lost_mask(mismatch: Mismatch) -> Explanation:
    """Return the diagnostic for a layer that does not support masking, or that starts a mask which no layer reads."""
    return _unread_mask(mismatch) if _begins_unread_mask(mismatch) else _refused_mask(mismatch), as_it_is


def _refused_mask(mismatch: Mismatch) -> Diagnostic:
    message = f"`{mismatch.layer.full_title}` {mismatch.error.needs or READS_PADDING}"
    why = mismatch.error.why or "it does not support masking, so its output would depend on the padding"
    return Diagnostic("mask-lost", message, mismatch.span, (_note(mismatch),), why, as_helps(_mask_helps(mismatch)))


def _begins_unread_mask(mismatch: Mismatch) -> bool:
    return _begins_mask(mismatch.layer.innermost) and _begins(mismatch) is None


def _unread_mask(mismatch: Mismatch) -> Diagnostic:
    """Point at the layer that starts the mask, even inside a wrapper."""
    inner, error = mismatch.layer.innermost, mismatch.error
    span = _inner_span(mismatch.document, mismatch.node.key_path, mismatch.layer) or mismatch.span
    leave = "remove the `Masking`" if inner.title() == "Masking" else "remove `mask_zero: true`"
    message = f"`{inner.title()}` {error.needs or READS_PADDING}"
    return Diagnostic("mask-lost", message, span, (mismatch.source,), error.why, as_helps([error.help or leave]))


def _inner_span(document: Document, key_path: KeyPath, layer: Layer) -> Span | None:
    """Return where the innermost layer is named; None if the spec does not name it."""
    inner = (*key_path, layer.title())
    if isinstance(layer, Wrapper):
        return _inner_span(document, inner, layer.layer) or _inner_span(document, key_path, layer.layer)
    return document.key_spans.get(inner) or _bare(document, key_path, layer)


def _bare(document: Document, key_path: KeyPath, layer: Layer) -> Span | None:
    """Return where a layer without arguments is named: `TimeDistributed: Masking`."""
    span = document.spans.get(key_path)
    is_named = span is not None and span.source[span.column - 1 :].startswith(layer.title())
    return span if is_named else None


def _note(mismatch: Mismatch) -> Note:
    begins = _begins(mismatch)
    if begins:
        return Note(begins.span, "marks padded timesteps")
    return mismatch.note_of_input("the input has padded timesteps")


def _mask_helps(mismatch: Mismatch) -> tuple[str, ...]:
    if mismatch.error.help:
        return (mismatch.error.help,)
    without = _without_mask(mismatch)
    takes_vectors = not mismatch.layer.axes and not mismatch.error.why
    behind = "or move it after a recurrent layer that returns only its last output"
    return (without, behind) if takes_vectors else (without,)


def _without_mask(mismatch: Mismatch) -> str:
    begins, line = _begins(mismatch), mismatch.input_span.line
    length = f"replace `null` with the longest length on line {line}" if mismatch.chain_shape[1] is None else ""
    leave = [*([_leave_out(begins)] if begins else []), *_leave_out_of_data(mismatch.document)]
    return ", and ".join([*leave, *([length] if length else [])]) or f"remove the `{mismatch.layer.full_title}`"


def _leave_out(begins: Step) -> str:
    removed = "the" if begins.layer.title() == "Masking" else "`mask_zero` from the"
    return f"remove {removed} `{begins.title}` on line {begins.span.line}"


def _leave_out_of_data(document: Document) -> list[str]:
    """Return the help to remove the keys of `data` that declare padding."""
    data = document.values.get("data")
    keys = [f"`{key}`" for key in ("lengths", "padding") if isinstance(data, dict) and key in data]
    return [f"remove {' and '.join(keys)} from `data`"] if keys else []


def _begins(mismatch: Mismatch) -> Step | None:
    """Return the layer that started the mask, if the spec names it. The Masking that a kind adds is not named."""
    masking = [step for step in mismatch.before if is_written_mask(step)]
    return masking[-1] if masking else None


def is_written_mask(step: Step) -> bool:
    """Return whether a step is a layer of the spec that starts a mask."""
    return step.span.source[step.span.column - 1 :].startswith(step.layer.title()) and _begins_mask(step.layer)


def _begins_mask(layer: Layer) -> bool:
    return isinstance(layer, Masking) or (isinstance(layer, Embedding) and layer.mask_zero)

"""Padded steps that a layer would read: where the mask began, and how to do without it."""

from tdcli.plan.mismatch import Mismatch
from tdcli.plan.plan import Step, titled
from tdcli.text.diagnostic import Diagnostic, Note


def lost_mask(mismatch: Mismatch) -> Diagnostic:
    """Return the diagnostic for a layer that cannot take a mask."""
    message = f"`{titled(mismatch.layer)}` would read padded steps as if they were real"
    why = mismatch.fault.why or "it cannot skip them or pass their mask on, so the result would depend on the padding"
    return Diagnostic("mask-lost", message, mismatch.span, (_note(mismatch),), why, _helps(mismatch))


def _note(mismatch: Mismatch) -> Note:
    begins = _begins(mismatch)
    return Note(begins.span, "marks padded steps") if begins else mismatch.note_of_input("the input has padded steps")


def _helps(mismatch: Mismatch) -> tuple[str, ...]:
    if mismatch.fault.help:
        return (mismatch.fault.help,)
    without = _without_mask(mismatch)
    takes_vectors = not mismatch.layer.needs and not mismatch.fault.why
    behind = "or put it behind a recurrent layer that returns its last step only"
    return (without, behind) if takes_vectors else (without,)


def _without_mask(mismatch: Mismatch) -> str:
    begins, line = _begins(mismatch), mismatch.input_span.line
    length = f"give the longest length in place of `null` on line {line}" if mismatch.chain_shape[1] is None else ""
    if begins:
        argument = "out the" if begins.layer.title() == "Masking" else "`mask_zero` out of the"
        leave = f"leave {argument} `{begins.title}` on line {begins.span.line}"
        return f"{leave}, and {length}" if length else leave
    return length or "leave `lengths` and `padding` out of `data`"


def _begins(mismatch: Mismatch) -> Step | None:
    """Return the layer that the spec itself names and that began the mask; a kind's own Masking is not named."""
    masking = [step for step in mismatch.before if _marks(step)]
    return masking[-1] if masking else None


def _marks(step: Step) -> bool:
    named = step.span.source[step.span.column - 1 :].startswith(step.layer.title())
    return named and (step.layer.title() == "Masking" or getattr(step.layer, "mask_zero", False))

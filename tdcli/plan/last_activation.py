"""Another activation for the outputs: what to write where, and the edit of the spec that writes it."""

from tdcli.plan.ending import ending
from tdcli.plan.fix import with_argument
from tdcli.plan.plan import Plan, Step
from tdcli.text.diagnostic import Edit, Note
from tdcli.text.document import Document

OUTPUTS = ("architecture", "outputs")
"""Where a kind's last layer is written."""


def with_last_activation(plan: Plan, document: Document, activation: str) -> tuple[str, tuple[Edit, ...]]:
    """Return in words how the outputs get an activation, and the edit where one place of the spec decides it."""
    step = ending(plan.steps).step
    layer = step.layer.innermost
    if not hasattr(layer, "activation") or hasattr(layer, "recurrent_initializer"):
        dense = f"Dense: {{units: {plan.output_shape[-1]}, activation: {activation}}}"
        return f"write `- {dense}` as the last layer", ()
    if step.way != OUTPUTS:
        edit = with_argument(document, step.way, step.layer, "activation", activation)
        return f"write `activation: {activation}` in the `{layer.title()}` on line {step.span.line}", edit
    help = f"write `outputs: {{units: {plan.output_shape[-1]}, activation: {activation}}}`"
    return help, _in_outputs(document, step, activation)


def _in_outputs(document: Document, step: Step, activation: str) -> tuple[Edit, ...]:
    span = document.span(OUTPUTS)
    if isinstance(document.values["architecture"]["outputs"], dict):
        return with_argument(document, OUTPUTS, None, "activation", activation)
    return (Edit(span, f"{{units: {vars(step.layer.innermost)['units']}, activation: {activation}}}"),)


def note_of_ending(plan: Plan) -> Note:
    """Return a note at the layer whose activation the outputs have."""
    found = ending(plan.steps)
    return Note(found.step.span, f"gives {found.range}")

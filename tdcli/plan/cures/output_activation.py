"""Change the activation of the outputs: the text of the help, and the edit of the spec."""

from tdcli.layers.core.base import Layer
from tdcli.plan.cures.edits import argument_edits
from tdcli.plan.output_activation import find_output_activation
from tdcli.plan.plan import Plan
from tdcli.text.diagnostic import Edit, Note
from tdcli.text.document import Document

OUTPUTS = ("architecture", "outputs")
"""The path to the last layer of a kind."""


def with_output_activation(plan: Plan, document: Document, activation: str) -> tuple[str, tuple[Edit, ...]]:
    """Return the help that gives the outputs an activation, and its edit if one value of the spec decides it."""
    step = find_output_activation(plan.steps).step
    layer = step.layer.innermost
    if "activation" not in layer.arguments() or layer.is_recurrent:
        dense = f"Dense: {{units: {plan.output_shape[-1]}, activation: {activation}}}"
        return f"write `- {dense}` as the last layer", ()
    if step.key_path != OUTPUTS:
        edit = argument_edits(document, step.key_path, step.layer, "activation", activation)
        return f"write `activation: {activation}` in the `{layer.title()}` on line {step.span.line}", edit
    help = f"write `outputs: {{units: {plan.output_shape[-1]}, activation: {activation}}}`"
    return help, _edits_of_outputs(document, layer, activation)


def _edits_of_outputs(document: Document, layer: Layer, activation: str) -> tuple[Edit, ...]:
    if isinstance(document.value_at(OUTPUTS), dict):
        return argument_edits(document, OUTPUTS, None, "activation", activation)
    units = layer.arguments()["units"]
    return (Edit(document.span(OUTPUTS), f"{{units: {units}, activation: {activation}}}"),)


def output_range_note(plan: Plan) -> Note:
    """Return a note at the layer that computes the outputs."""
    found = find_output_activation(plan.steps)
    return Note(found.step.span, f"outputs {found.range}")

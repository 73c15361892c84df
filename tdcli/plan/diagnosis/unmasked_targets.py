"""Report targets whose padding has no mask, although their time axis is as long as that of the padded inputs."""

from tdcli.plan.diagnosis.lost_mask import is_written_mask
from tdcli.plan.mismatch import keeps_last_step
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.text.change import as_helps
from tdcli.text.diagnostic import Diagnostic, Note
from tdcli.text.yaml_writer import to_inline_yaml


def unmasked_targets(plan: Plan, timesteps: int | None, lengths: str | None, *, padded: bool) -> Diagnostic | None:
    """Return the error if the model would learn padded targets; None if a mask reaches the outputs or none is needed.

    timesteps: of the arrays. lengths: the file with the real lengths. padded: whether the data section has padding.
    """
    makes = _makes_steps(plan)
    begins = next((step for step in plan.steps if is_written_mask(step)), None)
    if makes is None or not (padded or begins) or (plan.input_shape[1] or timesteps) != plan.output_shape[1]:
        return None
    message = (
        f"`{makes.title}` returns {plan.output_shape[1]} timesteps without a mask, as many as the padded input has"
    )
    why = "the loss and the metrics would include the targets of padded timesteps"
    notes = (Note(begins.span, "marks padded timesteps"),) if begins else ()
    return Diagnostic("mask-lost", message, makes.span, notes, why, as_helps(_length_helps(plan, makes, lengths)))


def _makes_steps(plan: Plan) -> Step | None:
    """Return the layer that creates the timesteps of the outputs, if they are not those of the input."""
    if not plan.signature().own_steps:
        return None
    made = [step for step in plan.steps if step.title == "RepeatVector"]
    return made[-1] if made else None


def _length_helps(plan: Plan, makes: Step, lengths: str | None) -> list[str]:
    last = [step for step in plan.steps[: plan.steps.index(makes)] if keeps_last_step(step.layer)]
    helps = []
    if last and plan.kind == "layers":
        line = last[-1].span.line
        helps.append(
            f"remove the `RepeatVector`, and add `return_sequences: true` to the `{last[-1].title}` on line {line}"
        )
    if lengths is not None:
        helps.append(
            f"write `target_lengths: {to_inline_yaml(lengths)}` in `data` if targets are as long as their inputs"
        )
    helps.append(f"write `target_lengths: {plan.output_shape[1]}` in `data` if every timestep of every target is real")
    return [*helps[:1], *(f"or {help}" for help in helps[1:])]

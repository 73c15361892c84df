"""Render a plan as a line, a table, Markdown or JSON."""

import json
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType

from tdcli.plan.cost import cost_of_plan, cost_of_step
from tdcli.plan.exchange import NETWORKS, Exchange, exchange
from tdcli.plan.plan import Plan
from tdcli.plan.step import Step
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.shapes import format_shape
from tdcli.text.quantities import format_bytes, format_count


def format_plan_line(plan: Plan) -> str:
    """Return name, shapes and count: `echo: (None, 5, 1) -> (None, 5), 170 parameters`."""
    total = plan.parameters
    goes_in, comes_out = (format_shape(shape, batch=None) for shape in (plan.input_shape, plan.output_shape))
    return f"{plan.name}: {goes_in} -> {comes_out}, {total:,} parameters"


def render_plan(plan: Plan, format: str, batch_size: int | None = None, workers: int = 1) -> Any:
    """Return a Rich table, or the text of `json` or `markdown`.

    With a batch size, also the cost of each layer. With several workers, also how much they send each other.
    """
    return {"table": _plan_table, "json": _plan_json, "markdown": _plan_markdown}[format](plan, batch_size, workers)


def format_formula(step: Step) -> str:
    """Return the formula of a parameter count with its result: `4 x ((1 + 1) x 5 + 5^2) = 140`."""
    count = step.parameters
    frozen = " (not trained)" if count.total and not count.trainable else ""
    return f"{count.formula} = {count.total:,}{frozen}" if count.formula else ""


PLAN_HEADINGS = ("Layer", "Output shape", "Parameters", "Formula")
COST_HEADINGS = ("Multiply-adds", "Kept for training")
PLAN_NUMBERS = ("Parameters", *COST_HEADINGS)


def _headings(batch_size: int | None) -> tuple[str, ...]:
    return PLAN_HEADINGS if batch_size is None else (*PLAN_HEADINGS[:3], *COST_HEADINGS)


def plan_rows(plan: Plan, batch_size: int | None = None) -> list[tuple[str, ...]]:
    """Return the input and each layer, in the order of the headings; with a batch size, those of the cost."""
    rows = [("Input", format_shape(plan.input_shape, batch=None), "0", *([""] * (len(_headings(batch_size)) - 3)))]
    for step in plan.steps:
        counts = (step.title, format_shape(step.output_shape, batch=None), f"{step.parameters.total:,}")
        rows.append((*counts, *((format_formula(step),) if batch_size is None else _cost_cells(step, batch_size))))
    return rows


def _cost_cells(step: Step, batch_size: int) -> tuple[str, str]:
    cost = cost_of_step(step, batch_size)
    return format_count(cost.multiply_adds), format_bytes(cost.training_bytes)


def _totals_text(plan: Plan, batch_size: int | None, workers: int) -> str:
    total = plan.parameters
    counts = f"{total:,} parameters: {plan.trainable:,} trainable, {plan.non_trainable:,} non-trainable; "
    lines = [f"{counts}{plan.bytes:,} bytes"]
    lines += [_cost_text(plan, batch_size)] if batch_size else []
    lines += [_exchange_text(exchange(plan, workers))] if workers > 1 else []
    return "\n".join(lines)


def _exchange_text(exchanged: Exchange) -> str:
    """Return how much is sent, and the time per step below which the network is the bottleneck."""
    limits = [f"{exchanged.seconds(speed) * 1000:.3g} ms at {name}" for name, speed in NETWORKS.items()]
    return (
        f"each of {exchanged.workers:,} workers sends {format_bytes(exchanged.sent_bytes)} a step, in "
        f"{', '.join(limits)}:\nif a worker computes its part in less time, the network is the bottleneck"
    )


def _cost_text(plan: Plan, batch_size: int) -> str:
    cost = cost_of_plan(plan, batch_size)
    weights = cost.weight_bytes
    at_once, kept = format_bytes(cost.inference_bytes), format_bytes(cost.training_bytes)
    lines = [
        f"{format_count(cost.multiply_adds)} multiply-adds for one sample forward",
        f"activations of a batch of {batch_size}: {at_once} at once in inference, {kept} in training",
        f"weights: {format_bytes(weights['float32'])} in float32, {format_bytes(weights['float16'])} in float16",
    ]
    if None in plan.input_shape[1:]:
        lines.append("?: depends on the number of timesteps, as of `--set architecture.input.timesteps=100`")
    return "\n".join(lines)


def _plan_table(plan: Plan, batch_size: int | None, workers: int) -> RenderableType:
    table = TerminalTable()
    for heading in _headings(batch_size):
        table.add_column(heading, justify="right" if heading in PLAN_NUMBERS else "left", overflow="fold")
    for row in plan_rows(plan, batch_size):
        table.add_row(*row)
    return with_title(f"{plan.name} ({plan.kind})", table, _totals_text(plan, batch_size, workers))


def _plan_markdown(plan: Plan, batch_size: int | None, workers: int) -> str:
    headings = _headings(batch_size)
    rule = "|".join("--:" if heading in PLAN_NUMBERS else "---" for heading in headings)
    lines = [f"**{plan.name}** ({plan.kind})", "", "| " + " | ".join(headings) + " |", f"|{rule}|"]
    lines += ["| " + " | ".join(row) + " |" for row in plan_rows(plan, batch_size)]
    return "\n".join([*lines, "", _totals_text(plan, batch_size, workers)])


def _plan_json(plan: Plan, batch_size: int | None, workers: int) -> str:
    layers = [
        {
            "name": step.name,
            "layer": step.title,
            "output_shape": step.output_shape,
            "trainable": step.parameters.trainable,
            "non_trainable": step.parameters.non_trainable,
            "formula": step.parameters.formula,
            **({"cost": asdict(cost_of_step(step, batch_size))} if batch_size else {}),
        }
        for step in plan.steps
    ]
    values = {
        "name": plan.name,
        "kind": plan.kind,
        "input_shape": plan.input_shape,
        "output_shape": plan.output_shape,
        "layers": layers,
        "parameters": plan.parameters,
        "trainable": plan.trainable,
        "non_trainable": plan.non_trainable,
        "bytes": plan.bytes,
        **({"batch_size": batch_size, "cost": asdict(cost_of_plan(plan, batch_size))} if batch_size else {}),
        **({"exchange": _exchange_values(exchange(plan, workers))} if workers > 1 else {}),
    }
    return json.dumps(values, indent=2)


def _exchange_values(exchanged: Exchange) -> dict[str, Any]:
    seconds = {name: exchanged.seconds(speed) for name, speed in NETWORKS.items()}
    return {**asdict(exchanged), "sent_bytes": exchanged.sent_bytes, "seconds": seconds}

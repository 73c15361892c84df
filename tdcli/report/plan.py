"""A plan as a line, a table, Markdown or JSON."""

import json
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from tdcli.layers._base import Shape
from tdcli.plan.plan import Plan, Step
from tdcli.report.titled import titled


def one_line(plan: Plan) -> str:
    """Return name, shapes and count: `echo: (None, 5, 1) -> (None, 5), 170 parameters`."""
    total = plan.trainable + plan.non_trainable
    return f"{plan.name}: {written(plan.input_shape)} -> {written(plan.output_shape)}, {total:,} parameters"


def rendered_plan(plan: Plan, format: str) -> Any:
    """Return a Rich table, or the text of `json` or `markdown`."""
    return {"table": _table, "json": _json, "markdown": _markdown}[format](plan)


def written(shape: Shape) -> str:
    """Write a shape as Keras prints it: None where a size is not known before the data."""
    return str(tuple(shape))


def sum_text(step: Step) -> str:
    """Write how a count comes about: `4 x ((1 + 1) x 5 + 5^2) = 140`."""
    count = step.parameters
    frozen = " (not trained)" if count.total and not count.trainable else ""
    return f"{count.formula} = {count.total:,}{frozen}" if count.formula else ""


def _rows(plan: Plan) -> list[tuple[str, str, str, str]]:
    rows = [("Input", written(plan.input_shape), "0", "")]
    rows += [
        (step.title, written(step.output_shape), f"{step.parameters.total:,}", sum_text(step)) for step in plan.steps
    ]
    return rows


HEADINGS = ("Layer", "Output shape", "Parameters", "How the count comes about")


def _totals(plan: Plan) -> str:
    total = plan.trainable + plan.non_trainable
    return (
        f"{total:,} parameters: {plan.trainable:,} trainable, {plan.non_trainable:,} non-trainable; "
        f"{plan.bytes:,} bytes"
    )


def _table(plan: Plan) -> RenderableType:
    table = Table()
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading == "Parameters" else "left", overflow="fold")
    for row in _rows(plan):
        table.add_row(*row)
    return titled(f"{plan.name} ({plan.kind})", table, _totals(plan))


def _markdown(plan: Plan) -> str:
    lines = [f"**{plan.name}** ({plan.kind})", "", "| " + " | ".join(HEADINGS) + " |", "|---|---|--:|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in _rows(plan)]
    return "\n".join([*lines, "", _totals(plan)])


def _json(plan: Plan) -> str:
    layers = [
        {
            "name": step.name,
            "layer": step.title,
            "output_shape": step.output_shape,
            "trainable": step.parameters.trainable,
            "non_trainable": step.parameters.non_trainable,
            "formula": step.parameters.formula,
        }
        for step in plan.steps
    ]
    values = {
        "name": plan.name,
        "kind": plan.kind,
        "input_shape": plan.input_shape,
        "output_shape": plan.output_shape,
        "layers": layers,
        "parameters": plan.trainable + plan.non_trainable,
        "trainable": plan.trainable,
        "non_trainable": plan.non_trainable,
        "bytes": plan.bytes,
    }
    return json.dumps(values, indent=2)

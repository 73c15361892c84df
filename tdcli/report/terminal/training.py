"""Render the sizes of the sets before a training, and its outcome."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import RenderableType

from tdcli.report.terminal.figures import format_figures, format_number, nan_to_none
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.services.train.commands import resume_command
from tdcli.services.train.repeats import RepeatedTraining
from tdcli.services.train.train import Outcome

if TYPE_CHECKING:
    from tdcli.data.dataset import Dataset

MOST_TRAINING_COLUMNS = 6
"""Maximum number of trainings whose values are shown one by one."""


def render_part_sizes(data: "Dataset") -> str:
    """Return the number of samples in each set, and notes about loading the data."""
    counts = ", ".join(f"{name} {len(part):,}" for name, part in data.parts().items())
    return "\n".join([f"samples: {counts}", *(f"note: {note}" for note in data.notes)])


def render_outcome(outcome: Outcome) -> str:
    """Return the best epoch's metrics and the next command."""
    ended = "interrupted" if outcome.interrupted else "done"
    lines = [f"{ended} after {outcome.epochs} epochs, {outcome.seconds:.1f} s"]
    if outcome.figures:
        lines.append(f"best epoch {outcome.best_epoch}: {format_figures(outcome.figures)}")
    if outcome.interrupted:
        return "\n".join([*lines, f"resume with: {resume_command(outcome.run)}"])
    return "\n".join([*lines, f"next: tdcli evaluate {outcome.run.path}"])


def outcome_json(outcome: Outcome) -> str:
    """Return the same as an object on one line."""
    values = {
        "run": str(outcome.run.path),
        "state": "interrupted" if outcome.interrupted else "done",
        "epochs": outcome.epochs,
        "best_epoch": outcome.best_epoch,
        "best": outcome.figures,
        "seconds": round(outcome.seconds, 3),
    }
    return json.dumps(values)


def render_repeats(several: RepeatedTraining, format: str) -> RenderableType:
    """Return the mean and spread of each metric, and its values if they are few, or an object on one line."""
    if format == "json":
        metrics = {name: asdict(figure) for name, figure in several.metrics.items()}
        return json.dumps({"name": several.name, "trainings": len(several.results), "metrics": nan_to_none(metrics)})
    table, baseline = TerminalTable(), several.baseline
    shown = several.results if len(several.results) <= MOST_TRAINING_COLUMNS else ()
    for heading in ("Metric", "mean", "sd", *(["best baseline"] if baseline else []), *(each.title for each in shown)):
        table.add_column(heading, justify="left" if heading == "Metric" else "right")
    for name, figure in several.metrics.items():
        of_baseline = [format_number(baseline[name].mean) if name in baseline else ""] if baseline else []
        values = map(format_number, figure.values) if shown else ()
        table.add_row(name, format_number(figure.mean), format_number(figure.deviation), *of_baseline, *values)
    return with_title(f"{several.name}: {len(several.results)} trainings, their best epochs", table)

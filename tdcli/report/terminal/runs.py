"""Render runs as tables and as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from tdcli.report.terminal.long_table import LongTable
from tdcli.report.terminal.table import TerminalTable, with_title
from tdcli.services.runs.summary import RunDetails, RunSummary
from tdcli.text.quantities import format_bytes, format_duration
from tdcli.text.visible import escape_controls, escape_lines
from tdcli.text.yaml_writer import to_inline_yaml

RUN_HEADINGS = ("Run", "Kind", "Parameters", "Epochs", "Best", "Last", "Duration", "State")
RUN_NUMBERS = ("Parameters", "Epochs", "Duration")


if TYPE_CHECKING:  # listing runs needs no specs
    from tdcli.services.runs.summary import RunComparison


def render_runs(runs: Sequence[RunSummary], format: str) -> RenderableType:
    """Return one row per run. The metric that chose the best epoch is shown for the best and the last epoch."""
    if format == "json":
        return json.dumps([asdict(run) for run in runs], indent=2, ensure_ascii=False)
    return LongTable(RUN_HEADINGS, [_run_row(run) for run in runs], RUN_NUMBERS)


def _run_row(run: RunSummary) -> tuple[str, ...]:
    best = f"{run.monitor} {_figure_text(run.best, run.monitor)} (epoch {run.best_epoch})" if run.best_epoch else "-"
    figures = (f"{run.parameters:,}", str(run.epochs), best, _figure_text(run.last, run.monitor))
    return (run.name, run.kind, *figures, format_duration(run.seconds), run.state)


def render_details(details: RunDetails, format: str) -> RenderableType:
    """Return the details of a run, its metrics, and its files."""
    if format == "json":
        values = {**asdict(details.summary), "record": details.record, "files": details.files}
        return json.dumps(values, indent=2, ensure_ascii=False)
    run, record = details.summary, details.record
    facts = {
        "state": run.state,
        "kind": f"{run.kind}, {run.parameters:,} parameters",
        "started": run.started,
        "duration": format_duration(run.seconds),
        "command": record.get("command", ""),
        **({"started from": origin_text(record["from"])} if "from" in record else {}),
        "seed": record.get("seed", ""),
        "samples": ", ".join(f"{name} {count:,}" for name, count in record.get("samples", {}).items() if count),
        "data": "\n".join(_file_text(path, file["bytes"]) for path, file in record.get("data", {}).items()),
        "versions": ", ".join(f"{name} {version}" for name, version in record.get("versions", {}).items()),
        "files": ", ".join(f"{name} ({format_bytes(size)})" for name, size in details.files.items()),
    }
    grid = TerminalTable.grid(padding=(0, 2, 0, 0))
    for name, value in facts.items():
        grid.add_row(name, Text(escape_controls(str(value))))
    return Group(with_title(run.name, grid), _metrics_table([run]))


def _file_text(path: str, size: int) -> str:
    """Return a file with its size; below the working directory, as a command would take it from here."""
    here = Path.cwd()
    shown = Path(path).relative_to(here) if Path(path).is_relative_to(here) else path
    return f"{shown} ({format_bytes(size)})"


def origin_text(record: Mapping[str, Any]) -> str:
    """Return the run whose weights a run started from, and the data of that run.

    >>> origin_text({"run": "runs/a", "best_epoch": 12, "data": {"/data/first.csv": {}}})
    'runs/a, epoch 12, trained on first.csv'
    """
    files = ", ".join(Path(path).name for path in record["data"])
    return f"{record['run']}, epoch {record['best_epoch']}" + (f", trained on {files}" if files else "")


def render_comparison(comparison: "RunComparison", format: str) -> RenderableType:
    """Return the settings that differ and the metrics, with one column per run."""
    if format == "json":
        return json.dumps(asdict(comparison), indent=2, ensure_ascii=False, default=str)
    runs = comparison.runs
    table = TerminalTable()
    for heading in ("Setting", *(run.name for run in runs)):
        table.add_column(heading, overflow="fold")
    for key, values in comparison.settings.items():
        table.add_row(key, *map(to_inline_yaml, values))
    settings: RenderableType = with_title("settings that differ", table) if comparison.settings else "the same settings"
    return Group(settings, _metrics_table(runs))


def _metrics_table(runs: Sequence[RunSummary]) -> RenderableType:
    """Return each metric of the best and the last epoch of each run."""
    table = TerminalTable()
    table.add_column("Metric")
    for run in runs:
        heading = Text(f"{escape_lines(run.name)}\nepoch {run.best_epoch}, the best of {run.epochs}")
        table.add_column(heading, justify="right", overflow="fold")
    for figure in dict.fromkeys(figure for run in runs for figure in (*run.best, *run.last)):
        table.add_row(figure, *(_best_and_last(run, figure) for run in runs))
    return with_title("metrics", table)


def _best_and_last(run: RunSummary, name: str) -> str:
    if name not in run.best and name not in run.last:
        return "-"
    return f"{_figure_text(run.best, name)} (last {_figure_text(run.last, name)})"


def _figure_text(figures: dict[str, float | None], name: str) -> str:
    value = figures.get(name)
    return "-" if value is None else f"{value:.4g}"

"""What several trainings of one spec came to."""

import json
from dataclasses import asdict

from rich.console import RenderableType

from tdcli.report.terminal.figures import finite, short
from tdcli.report.terminal.table import Table, titled
from tdcli.services.train.repeats import RepeatedTraining

MOST_COLUMNS = 6


def rendered_several(several: RepeatedTraining, format: str) -> RenderableType:
    """Return mean and spread of each metric, and its values where they are few; or an object on one line."""
    if format == "json":
        metrics = {name: asdict(figure) for name, figure in several.metrics.items()}
        return json.dumps({"name": several.name, "trainings": len(several.results), "metrics": finite(metrics)})
    table, baseline = Table(), several.baseline
    shown = several.results if len(several.results) <= MOST_COLUMNS else ()
    for heading in ("Metric", "mean", "sd", *(["best baseline"] if baseline else []), *(each.title for each in shown)):
        table.add_column(heading, justify="left" if heading == "Metric" else "right")
    for name, figure in several.metrics.items():
        of_baseline = [short(baseline[name].mean) if name in baseline else ""] if baseline else []
        values = map(short, figure.values) if shown else ()
        table.add_row(name, short(figure.mean), short(figure.deviation), *of_baseline, *values)
    return titled(f"{several.name}: {len(several.results)} trainings, their best epochs", table)

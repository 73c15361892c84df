"""An evaluation as tables or JSON."""

import json
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from tdcli.report.figures import count_of
from tdcli.report.titled import titled
from tdcli.services.evaluate import Evaluation
from tdcli.services.score import Scores

LOWER_IS_BETTER = ("rmse", "mae")


def rendered_evaluation(evaluation: Evaluation, format: str) -> Any:
    """Return Rich tables, or the text of `json`."""
    if format == "json":
        return json.dumps(asdict(evaluation), indent=2, ensure_ascii=False)
    scores = evaluation.scores
    tables = [_figures(evaluation)]
    if scores.classes:
        tables += [_classes(scores), _confusion(scores)]
    return Group(*tables, verdict(scores))


def _figures(evaluation: Evaluation) -> RenderableType:
    scores = evaluation.scores
    table = Table()
    table.add_column("Metric")
    for heading in ("model", scores.baseline_name):
        table.add_column(heading, justify="right")
    for name, value in scores.figures.items():
        baseline = scores.baseline.get(name)
        table.add_row(name, _number(value), "" if baseline is None else _number(baseline))
    return titled(f"{evaluation.name}: {evaluation.title}, {count_of(evaluation.samples, 'sample')}", table)


def _classes(scores: Scores) -> RenderableType:
    table = Table()
    table.add_column("Class")
    for heading in ("precision", "recall", "F1", "samples"):
        table.add_column(heading, justify="right")
    for each in scores.classes:
        table.add_row(each.name, *(f"{value:.4f}" for value in (each.precision, each.recall, each.f1)), str(each.count))
    return titled("by class", table)


def _confusion(scores: Scores) -> RenderableType:
    table = Table()
    table.add_column("")
    names = [each.name for each in scores.classes]
    for name in names:
        table.add_column(name, justify="right")
    for name, row in zip(names, scores.confusion, strict=True):
        table.add_row(name, *map(str, row))
    return titled("true class by row, predicted class by column", table)


def verdict(scores: Scores) -> str:
    """Say in a sentence whether the model beats the baseline."""
    name, value = next(iter(scores.figures.items()))
    baseline = scores.baseline[name]
    better = value < baseline if name in LOWER_IS_BETTER else value > baseline
    compared = "better than" if better else "no better than"
    return f"{compared} {scores.baseline_name}: {name} {_number(value)} against {_number(baseline)}"


def _number(value: float) -> str:
    return f"{value:,.4f}"

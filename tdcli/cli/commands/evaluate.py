"""`tdcli evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.console import show
from tdcli.cli.options import DataOption, ModelArgument, ScoreFormat

PANEL = "Run"


def evaluate_command(
    run: ModelArgument,
    data: DataOption = None,
    targets: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The targets, where --data is an array.", show_default=False)
    ] = None,
    format: Annotated[ScoreFormat, typer.Option(help="How to print it.")] = ScoreFormat.TABLE,
) -> None:
    """Measure a run's best model on held-out data, in the data's units, beside a naive baseline.

    Example: tdcli evaluate runs/latest
    """
    from tdcli.report.evaluation import rendered_evaluation
    from tdcli.services.run_data import opened, part_to_score

    opened_run = opened(run)
    chosen = part_to_score(opened_run, data, targets)
    from tdcli.services.evaluate import evaluate

    show(rendered_evaluation(evaluate(opened_run, chosen), format.value))

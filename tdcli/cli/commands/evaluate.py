"""`tdcli evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import DataOption, ModelArgument, ScoreFormat


def evaluate_command(
    run: ModelArgument,
    data: DataOption = None,
    targets: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The targets, where --data is an array.", show_default=False)
    ] = None,
    format: Annotated[ScoreFormat, typer.Option(help="How to print it.")] = ScoreFormat.TABLE,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.svg|FILE.png", help="Draw forecasts, or true by predicted.", show_default=False),
    ] = None,
) -> None:
    """Measure a run's best model on held-out data, in the data's units, against the best baseline.

    Example: tdcli evaluate runs/latest
    """
    from tdcli.cli.display.reading import show_prefetch
    from tdcli.report.charts.output import check_chart_output
    from tdcli.report.terminal.evaluation import render_evaluation
    from tdcli.services.evaluate.open_model import open_model, part_to_score

    check_chart_output(plot)
    opened_run = open_model(run)
    show_prefetch(opened_run.compiled, data, quiet=format is ScoreFormat.JSON)
    chosen = part_to_score(opened_run, data, targets)
    for note in chosen.part.notes:
        print_status(f"note: {note}")
    from tdcli.services.evaluate.evaluate import evaluate_with_outputs

    answers = evaluate_with_outputs(opened_run, chosen)
    print_result(render_evaluation(answers.evaluation, format.value))
    if plot:
        from tdcli.report.charts.evaluation import plot_evaluation
        from tdcli.report.charts.write import write_figure

        write_figure(plot_evaluation(answers), plot)
        print_status(f"{plot}: written")


COMMAND = Command(evaluate_command, Panel.RUN)

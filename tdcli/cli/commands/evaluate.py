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
        Path | None, typer.Option(metavar="FILE", help="The targets, if --data is an array.", show_default=False)
    ] = None,
    format: Annotated[ScoreFormat, typer.Option(help="Output format.")] = ScoreFormat.TABLE,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.svg|FILE.png", help="Draw forecasts or a confusion matrix.", show_default=False),
    ] = None,
) -> None:
    """Evaluate a run's best model on the test set, in the data's units, and compare it with baselines.

    Example: tdcli evaluate runs/latest
    """
    from tdcli.cli.display.reading import ReadingScreen
    from tdcli.report.charts.output import check_chart_output
    from tdcli.report.terminal.evaluation import render_evaluation

    check_chart_output(plot)
    from tdcli.services.evaluate.evaluate import evaluate_run

    with ReadingScreen(quiet=format is ScoreFormat.JSON) as screen:
        answers = evaluate_run(run, data, targets, callbacks=screen)
    print_result(render_evaluation(answers.evaluation, format.value))
    if plot:
        from tdcli.report.charts.evaluation import plot_evaluation
        from tdcli.report.charts.write import write_figure

        write_figure(plot_evaluation(answers), plot)
        print_status(f"{plot}: written")


COMMAND = Command(evaluate_command, Panel.RUN)

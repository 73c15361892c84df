"""`tdcli predict`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import ModelArgument, PartChoice
from tdcli.cli.stdin import PIPE, read_stdin_lines
from tdcli.text.errors import SpecError

if TYPE_CHECKING:
    from tdcli.services.evaluate.predict import Predictions


def predict_command(
    run: ModelArgument,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file in the format of the training data, or - for rows from a pipe.",
            show_default=False,
        ),
    ] = None,
    part: Annotated[PartChoice | None, typer.Option(help="A set of the run's data.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.csv|OUT.npy", show_default=False)
    ] = None,
    decimals: Annotated[int | None, typer.Option(min=0, max=12, help="Number of decimals.", show_default=False)] = None,
    horizon: Annotated[
        int | None,
        typer.Option(min=1, help="Number of rows to forecast beyond the end of the table.", show_default=False),
    ] = None,
) -> None:
    """Predict for a file, a pipe or a set of the run's data, or forecast beyond the end of a table.

    Example: tdcli predict runs/latest --decimals 1
    """
    _refuse_conflicts(piped=str(data) == PIPE, part=part, output=output, horizon=horizon)
    if str(data) == PIPE:
        _predict_pipe(run, decimals)
    elif horizon is not None:
        _forecast(run, data, horizon, decimals, output)
    else:
        _predict(run, data, part, decimals, output)


def _refuse_conflicts(*, piped: bool, part: PartChoice | None, output: Path | None, horizon: int | None) -> None:
    for option, value in (("--part", part), ("--output", output if piped else None)):
        if value is not None and (piped or horizon is not None):
            other = "--data -" if piped else "--horizon"
            raise SpecError.of("wrong-option", f"`{option}` cannot be combined with `{other}`", "remove one of them")
    if piped and horizon is not None:
        raise SpecError.of("wrong-option", "`--horizon` needs the end of a table", "give a file with `--data FILE`")


def _predict(run: Path, data: Path | None, part: PartChoice | None, decimals: int | None, output: Path | None) -> None:
    from tdcli.cli.display.reading import ReadingScreen
    from tdcli.services.evaluate.predict import predict_run

    with ReadingScreen() as screen:
        predictions = predict_run(run, data, part.value if part else None, decimals, output, callbacks=screen)
    _show(predictions, output)


def _forecast(run: Path, data: Path | None, horizon: int, decimals: int | None, output: Path | None) -> None:
    from tdcli.services.evaluate.forecast import forecast_run

    predictions = forecast_run(run, horizon, data, decimals, output)
    for note in predictions.notes:
        print_status(f"note: {note}")
    _show(predictions, output)


def _predict_pipe(run: Path, decimals: int | None) -> None:
    from tdcli.services.evaluate.pipe import predict_pipe

    for place, predictions in enumerate(predict_pipe(run, read_stdin_lines, decimals)):
        print_result(predictions.to_csv(header=place == 0))


def _show(predictions: "Predictions", output: Path | None) -> None:
    if output is None:
        print_result(predictions.to_csv())
    else:
        from tdcli.report.terminal.figures import count_with_noun

        print_status(f"{output}: {count_with_noun(predictions.count, 'prediction')} for {predictions.title}")


COMMAND = Command(predict_command, Panel.RUN)

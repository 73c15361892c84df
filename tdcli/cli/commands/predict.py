"""`tdcli predict`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import ModelArgument, PartChoice
from tdcli.cli.stdin import PIPE, read_stdin_lines

if TYPE_CHECKING:
    from tdcli.services.evaluate.open_model import TrainedModel
    from tdcli.services.evaluate.predict import Predictions


def predict_command(
    run: ModelArgument,
    data: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Like the training data; -: rows from a pipe.", show_default=False),
    ] = None,
    part: Annotated[PartChoice | None, typer.Option(help="A part of the run's data.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.csv|OUT.npy", show_default=False)
    ] = None,
    decimals: Annotated[int | None, typer.Option(min=0, max=12, help="Round to this many.", show_default=False)] = None,
    horizon: Annotated[
        int | None,
        typer.Option(min=1, help="Rows to forecast behind the end, feeding predictions back.", show_default=False),
    ] = None,
) -> None:
    """Predict for a file, a pipe, or a part of the run's data (the held-out one); or forecast beyond a table's end.

    Example: tdcli predict runs/latest --decimals 1
    """
    from tdcli.services.evaluate.open_model import open_model
    from tdcli.services.evaluate.predict import check_ending, check_options

    check_ending(output)
    check_options(piped=str(data) == PIPE, part=part, output=output, horizon=horizon)
    opened_run = open_model(run)
    if str(data) == PIPE:
        _pipe(opened_run, decimals)
    elif horizon is not None:
        _forecast(opened_run, data, horizon, decimals, output)
    else:
        _predict(opened_run, data, part, decimals, output)


def _predict(
    run: "TrainedModel", data: Path | None, part: PartChoice | None, decimals: int | None, output: Path | None
) -> None:
    from tdcli.cli.display.reading import show_prefetch
    from tdcli.services.evaluate.open_model import part_to_predict

    show_prefetch(run.compiled, data)
    chosen = part_to_predict(run, data, part.value if part else None)
    for note in chosen.part.notes:
        print_status(f"note: {note}")
    from tdcli.services.evaluate.predict import predict

    _give(predict(run, chosen, decimals), output, chosen.title)


def _forecast(run: "TrainedModel", data: Path | None, horizon: int, decimals: int | None, output: Path | None) -> None:
    from tdcli.services.evaluate.forecast import forecast

    predictions = forecast(run, data, horizon, decimals)
    print_status("note: each row is forecast from those before it, its own forecasts among them: errors add up")
    _give(predictions, output, "the rows to come")


def _give(predictions: "Predictions", output: Path | None, title: str) -> None:
    from tdcli.services.evaluate.predict import to_csv, write_predictions

    if output is None:
        print_result(to_csv(predictions))
    else:
        write_predictions(predictions, output)
        print_status(f"{output}: {len(predictions.outputs):,} predictions for {title}")


def _pipe(run: "TrainedModel", decimals: int | None) -> None:
    from tdcli.services.evaluate.pipe import pipe_encoding, stream_predictions
    from tdcli.services.evaluate.predict import to_csv

    lines = read_stdin_lines(pipe_encoding(run))
    for place, predictions in enumerate(stream_predictions(run, lines, decimals)):
        print_result(to_csv(predictions, header=place == 0))


COMMAND = Command(predict_command, Panel.RUN)

"""`tdcli predict`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.console import say, show
from tdcli.cli.options import DataOption, ModelArgument, PartChoice

PANEL = "Run"


def predict_command(
    run: ModelArgument,
    data: DataOption = None,
    part: Annotated[PartChoice | None, typer.Option(help="A part of the run's data.", show_default=False)] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.csv|OUT.npy", show_default=False)
    ] = None,
    decimals: Annotated[int | None, typer.Option(min=0, max=12, help="Round to this many.", show_default=False)] = None,
) -> None:
    """Predict with a run's best model: for a file, or for a part of the run's data (the held-out one).

    Example: tdcli predict runs/latest --decimals 1
    """
    from tdcli.services.predictions import check_ending, csv_text, write_predictions
    from tdcli.services.run_data import opened, part_to_predict

    check_ending(output)
    opened_run = opened(run)
    chosen = part_to_predict(opened_run, data, part.value if part else None)
    from tdcli.services.predict import predict

    predictions = predict(opened_run, chosen, decimals)
    if output is None:
        show(csv_text(predictions))
    else:
        write_predictions(predictions, output)
        say(f"{output}: {len(predictions.outputs):,} predictions for {chosen.title}")

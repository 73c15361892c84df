"""`tdcli export`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import DataOption, ModelArgument
from tdcli.services.export.request import ExportFormat, ExportRequest, Quantization


def export_command(
    run: ModelArgument,
    format: Annotated[ExportFormat, typer.Option(help="Output format.", show_default=False)],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", show_default=False)] = None,
    data: DataOption = None,
    quantize: Annotated[
        Quantization | None,
        typer.Option(help="For LiteRT: quantize the weights, and report the loss of accuracy.", show_default=False),
    ] = None,
    timesteps: Annotated[
        int | None,
        typer.Option(
            min=1, help="For LiteRT: the longest sequence, if the model accepts any length.", show_default=False
        ),
    ] = None,
) -> None:
    """Export a run's best model or a Keras model, and compare it with Keras on real samples.

    Example: tdcli export runs/latest --format onnx -o model.onnx
    """
    from tdcli.cli.display.reading import ReadingScreen
    from tdcli.services.export.export_run import export_run

    request = ExportRequest(format.value, output, quantize, timesteps)
    with ReadingScreen() as screen:
        exported = export_run(run, request, data, on_loading=screen.on_loading)
    from tdcli.report.terminal.exported import render_export

    print_status(render_export(exported))
    print_result(str(exported.path))


COMMAND = Command(export_command, Panel.RUN)

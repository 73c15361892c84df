"""`tdcli plot`."""

from pathlib import Path
from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_result, print_status
from tdcli.cli.options import SettingsOption, SpecArgument


def plot_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.svg|FILE.png", show_default=False)
    ] = None,
    width: Annotated[int, typer.Option(min=320, max=20_000, help="Width of a PNG in pixels.")] = 960,
) -> None:
    """Draw the network unrolled through time. Without -o, print the SVG.

    Example: tdcli plot specs/cnn_lstm.yaml -o cnn_lstm.svg
    """
    from tdcli.report.charts.output import check_diagram_output
    from tdcli.report.charts.write_drawing import write_drawing
    from tdcli.report.drawings.network import draw_network
    from tdcli.services.specs.compile import compile_spec

    check_diagram_output(output)
    svg = draw_network(compile_spec(spec, settings or ()).plan)
    if output is None:
        print_result(svg.rstrip())
    else:
        write_drawing(svg, output, width)
        print_status(f"{output}: written")


COMMAND = Command(plot_command, Panel.LOOK)

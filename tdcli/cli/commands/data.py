"""`tdcli data`."""

from typing import Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_diagnostics, print_result
from tdcli.cli.options import ScoreFormat, SettingsOption, SpecArgument


def data_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[ScoreFormat, typer.Option(help="Output format.")] = ScoreFormat.TABLE,
) -> None:
    """Inspect the data before training: columns, time axis, sets, ranges, samples, a batch, and likely problems.

    Example: tdcli data specs/pollution.yaml
    """
    from tdcli.cli.display.reading import ReadingScreen
    from tdcli.report.terminal.survey import render_survey
    from tdcli.services.samples.survey import survey_spec
    from tdcli.text.errors import SpecError

    with ReadingScreen(quiet=format is ScoreFormat.JSON) as screen:
        found = survey_spec(spec, settings or (), on_loading=screen.on_loading)
    print_result(render_survey(found, format.value))
    print_diagnostics(found.warnings)
    if found.faults:
        raise SpecError(*found.faults)


COMMAND = Command(data_command, Panel.LOOK)

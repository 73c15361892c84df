"""Arguments and options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SpecArgument = Annotated[Path, typer.Argument(metavar="SPEC", help="The spec, a YAML file.", show_default=False)]
RunArgument = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run folder. The newest is runs/latest.", show_default=False)
]
ModelArgument = Annotated[
    Path, typer.Argument(metavar="RUN|MODEL", help="A run folder, or a model file.", show_default=False)
]


def _complete_setting(context: typer.Context, incomplete: str) -> list[str]:
    """Complete a key of the spec on the command line, or a value."""
    from tdcli.services.specs.completion import complete_setting

    return complete_setting(context.params.get("spec"), incomplete)


SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a value of the spec: --set training.epochs=5.",
        show_default=False,
        autocompletion=_complete_setting,
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="FILE", help="A file in the format of the training data.", show_default=False),
]


class TableOutput(StrEnum):
    """The output format of a table."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class DiagnosticFormat(StrEnum):
    """The output for diagnostics: for people, for editors, for a workflow on GitHub."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class ScoreFormat(StrEnum):
    """The output format of metrics."""

    TABLE = "table"
    JSON = "json"


class EpochFormat(StrEnum):
    """The output format of epochs: for people, or one JSON object per line."""

    TEXT = "text"
    JSON = "json"


class PartChoice(StrEnum):
    """A part of the data of a run."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"

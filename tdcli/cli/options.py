"""Arguments and options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

SpecArgument = Annotated[Path, typer.Argument(metavar="SPEC", help="The spec, a YAML file.", show_default=False)]
RunArgument = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run folder; runs/latest is the newest.", show_default=False)
]
ModelArgument = Annotated[
    Path, typer.Argument(metavar="RUN|MODEL", help="A run folder, or a model's file.", show_default=False)
]


def _complete_setting(context: typer.Context, incomplete: str) -> list[str]:
    """Complete a key of the spec that stands on the command line already, or a value of it."""
    from tdcli.services.specs.completion import complete_setting

    return complete_setting(context.params.get("spec"), incomplete)


SettingsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a value: --set training.epochs=5",
        show_default=False,
        autocompletion=_complete_setting,
    ),
]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="FILE", help="A file like the training data.", show_default=False)
]


class TableOutput(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class DiagnosticFormat(StrEnum):
    """How faults are printed: for people, for editors, for a workflow on GitHub."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class ScoreFormat(StrEnum):
    """How figures are printed."""

    TABLE = "table"
    JSON = "json"


class EpochFormat(StrEnum):
    """How epochs are printed: for people, or an object a line for programs."""

    TEXT = "text"
    JSON = "json"


class PartChoice(StrEnum):
    """A part of the data of a run."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"

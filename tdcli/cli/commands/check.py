"""`tdcli check`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_diagnostics, print_result, print_status
from tdcli.cli.options import DiagnosticFormat, SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.services.specs.compile import Compiled


def check_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[DiagnosticFormat, typer.Option(help="Output format.")] = DiagnosticFormat.TEXT,
    fix: Annotated[bool, typer.Option("--fix", help="Apply the safe fixes to the file first.")] = False,
    filled: Annotated[bool, typer.Option("--filled", help="Print the spec with every default.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --filled, print only the defaults.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Also build the model in Keras, and compare every layer.")
    ] = False,
) -> None:
    """Validate a spec: report every error and every likely mistake with its location.

    Example: tdcli check specs/pollution.yaml
    """
    if fix:
        _fix(spec)
    if format is DiagnosticFormat.TEXT:
        compiled = _check(spec, settings or (), filled=filled or diff, added=diff)
    else:
        compiled = _print_annotations(spec, settings or (), format.value)
    if verify:
        _verify(compiled)


def _fix(spec: Path) -> None:
    from tdcli.services.specs.fix import fix_spec

    print_status(f"fixed {fix_spec(spec)} in {spec}")


def _check(spec: Path, settings: Sequence[str], *, filled: bool, added: bool) -> "Compiled":
    """Print one line for a valid spec, or the filled spec, and the warnings."""
    from tdcli.report.terminal.filled import render_filled
    from tdcli.report.terminal.plan import format_plan_line
    from tdcli.services.specs.check import check_spec

    checked = check_spec(spec, settings)
    compiled = checked.compiled
    print_result(render_filled(compiled, added=added) if filled else format_plan_line(compiled.plan))
    print_diagnostics(checked.warnings)
    return compiled


def _print_annotations(spec: Path, settings: Sequence[str], format: str) -> "Compiled":
    """Print errors and warnings as data. With errors, exit as the error would have."""
    from tdcli.report.terminal.annotations import render_annotations
    from tdcli.services.specs.check import check_spec
    from tdcli.text.errors import SpecError

    try:
        checked = check_spec(spec, settings)
    except SpecError as error:
        print_result(render_annotations(error.diagnostics, format))
        raise typer.Exit(error.exit_code) from None
    print_result(render_annotations(checked.warnings, format))
    return checked.compiled


def _verify(compiled: "Compiled") -> None:
    from tdcli.services.export.verify import verify_plan

    print_status(f"Keras agrees: {verify_plan(compiled.plan)} layers, every shape and count")


COMMAND = Command(check_command, Panel.DESCRIBE)

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
    format: Annotated[DiagnosticFormat, typer.Option(help="How faults are printed.")] = DiagnosticFormat.TEXT,
    fix: Annotated[bool, typer.Option("--fix", help="First mend in the file what is certain.")] = False,
    filled: Annotated[bool, typer.Option("--filled", help="Print it with every default written out.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="With --filled: only what the file does not say.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Build it in Keras too, and compare every layer.")] = False,
) -> None:
    """Check a spec: one line if it holds together, else what is wrong, where and why; and what is rarely meant.

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
    """Print the line that says that it holds together, or the filled spec, and what is rarely meant."""
    from tdcli.report.terminal.filled import render_filled
    from tdcli.report.terminal.plan import format_plan_line
    from tdcli.services.specs.check import check_spec

    checked = check_spec(spec, settings)
    compiled = checked.compiled
    print_result(render_filled(compiled, added=added) if filled else format_plan_line(compiled.plan))
    print_diagnostics(checked.warnings)
    return compiled


def _print_annotations(spec: Path, settings: Sequence[str], format: str) -> "Compiled":
    """Print faults and warnings as data; with faults, end as the error would have."""
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

"""`tdcli check`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import complain, say, show
from tdcli.cli.options import FaultFormat, SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.services.specs.compile import Compiled


def check_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[FaultFormat, typer.Option(help="How faults are printed.")] = FaultFormat.TEXT,
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
    compiled = _annotated(spec, settings or (), format.value) if format is not FaultFormat.TEXT else None
    if compiled is None:
        compiled = _checked(spec, settings or (), filled=filled or diff, added=diff)
    if verify:
        _verify(compiled)


def _fix(spec: Path) -> None:
    from tdcli.services.specs.fix import fix_spec

    say(f"fixed {fix_spec(spec)} in {spec}")


def _verify(compiled: "Compiled") -> None:
    from tdcli.services.export.verify import verify_plan

    say(f"Keras agrees: {verify_plan(compiled.plan)} layers, every shape and count")


def _checked(spec: Path, settings: Sequence[str], *, filled: bool, added: bool) -> "Compiled":
    """Print the line that says that it holds together, or the filled spec, and what is rarely meant."""
    from tdcli.report.terminal.plan import one_line
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.specs.defaults import filled as filled_spec
    from tdcli.services.specs.warnings import warnings_for

    compiled = compile_spec(spec, settings)
    show(filled_spec(compiled, added=added) if filled else one_line(compiled.plan))
    complain(warnings_for(compiled))
    return compiled


def _annotated(spec: Path, settings: Sequence[str], format: str) -> "Compiled":
    """Print faults and warnings as data; with faults, end as the error would have."""
    from tdcli.report.terminal.annotations import annotated
    from tdcli.services.specs.compile import compile_spec
    from tdcli.services.specs.warnings import warnings_for
    from tdcli.text.diagnostic import UserError

    try:
        compiled = compile_spec(spec, settings)
    except UserError as error:
        show(annotated(error.diagnostics, format))
        raise typer.Exit(error.exit_code) from None
    show(annotated(warnings_for(compiled), format))
    return compiled


COMMAND = Command(check_command, Panel.DESCRIBE)

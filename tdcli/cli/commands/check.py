"""`tdcli check`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tdcli.cli.console import complain, say, show
from tdcli.cli.options import FaultFormat, SettingsOption, SpecArgument

if TYPE_CHECKING:
    from tdcli.services.compile import Compiled

PANEL = "Describe"


def check_command(
    spec: SpecArgument,
    settings: SettingsOption = None,
    format: Annotated[FaultFormat, typer.Option(help="How faults are printed.")] = FaultFormat.TEXT,
    fix: Annotated[bool, typer.Option("--fix", help="First mend in the file what is certain.")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Build it in Keras too, and compare every layer.")] = False,
) -> None:
    """Check a spec: one line if it holds together, else what is wrong, where and why; and what is rarely meant.

    Example: tdcli check specs/pollution.yaml
    """
    if fix:
        from tdcli.services.fix import fix_spec

        say(f"fixed {fix_spec(spec)} in {spec}")
    if format is FaultFormat.TEXT:
        compiled = _checked(spec, settings or ())
    else:
        compiled = _annotated(spec, settings or (), format.value)
    if verify:
        from tdcli.services.verify import verify as verified

        say(f"Keras agrees: {verified(compiled.plan)} layers, every shape and count")


def _checked(spec: Path, settings: Sequence[str]) -> "Compiled":
    from tdcli.report.plan import one_line
    from tdcli.services.compile import compile_spec

    compiled = compile_spec(spec, settings)
    show(one_line(compiled.plan))
    complain(compiled.advice)
    return compiled


def _annotated(spec: Path, settings: Sequence[str], format: str) -> "Compiled":
    """Print faults and warnings as data; with faults, end as the error would have."""
    from tdcli.report.annotations import annotated
    from tdcli.services.compile import compile_spec
    from tdcli.text.diagnostic import UserError

    try:
        compiled = compile_spec(spec, settings)
    except UserError as error:
        show(annotated(error.diagnostics, format))
        raise typer.Exit(error.exit_code) from None
    show(annotated(compiled.advice, format))
    return compiled

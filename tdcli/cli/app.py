"""The commands, the error boundary and the exit codes: 0 success, 1 the work failed, 2 the input is wrong."""

import errno
import os
import sys
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from tdcli.cli.command import Command, Panel
from tdcli.cli.console import print_diagnostics
from tdcli.cli.streams import stdout_failed
from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.errors import TdcliError
from tdcli.text.registry import module_names
from tdcli.version import __version__

COMMANDS = "tdcli.cli.commands"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tdcli {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check, summarize, train and evaluate Keras sequence models described in YAML."""


def create_app() -> typer.Typer:
    """Return the command line with a command for each module of `commands`."""
    app = typer.Typer(
        name="tdcli",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"]},
        epilog="Start with: tdcli init many-to-one -o spec.yaml",
    )
    app.callback()(_options)
    register_commands(app)
    return app


def register_commands(app: typer.Typer) -> None:
    """Add the commands, panel by panel: the help lists panels in the order in which they first come."""
    commands = {name: find_command(name) for name in module_names(COMMANDS)}
    for panel in Panel:
        for name, command in commands.items():
            if command.panel is panel:
                command.register(app, name)


def find_command(name: str) -> Command:
    """Return the command that a module exports."""
    found: Command = import_module(f"{COMMANDS}.{name}").COMMAND
    return found


app = create_app()


def main() -> None:
    """Run a command. Every exception becomes a message and an exit code."""
    try:
        app()
    except TdcliError as error:
        print_diagnostics(error.diagnostics)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.filename is None and error.errno in (errno.EPIPE, errno.ENOSPC, errno.EBADF):  # Typer's own help
            print_diagnostics(stdout_failed(error).diagnostics)
            sys.exit(1)
        if error.filename is not None and error.errno in INVALID_PATH_ERRORS:
            print_diagnostics([_invalid_path(error)])
            sys.exit(2)
        _end_with_unforeseen(error)
    except Exception as error:
        _end_with_unforeseen(error)


INVALID_PATH_ERRORS = (errno.ENAMETOOLONG, errno.ELOOP)
"""Errors of a path that no file system accepts."""


def _invalid_path(error: OSError) -> Diagnostic:
    return Diagnostic(
        "unreadable-file",
        f"`{error.filename}` is not a valid path: {error.strerror}",
        helps=(Help("name another file"),),
    )


def _end_with_unforeseen(error: Exception) -> NoReturn:
    """Report an unexpected exception."""
    if os.environ.get("TDCLI_TRACEBACK"):
        raise error
    print_diagnostics([_unforeseen(error)])
    sys.exit(1)


def _unforeseen(error: Exception) -> Diagnostic:
    message = f"{type(error).__name__}: {error}".splitlines()[0]
    help = Help("set TDCLI_TRACEBACK=1 to see the traceback, and report it with the spec")
    return Diagnostic("unforeseen", message, why="this is a bug in tdcli", helps=(help,))

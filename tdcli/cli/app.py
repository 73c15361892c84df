"""The commands, the one error boundary, the exit codes: 0 done, 1 failed while working, 2 the input is at fault."""

import errno
import os
import sys
from typing import Annotated, NoReturn

import typer

import tdcli
from tdcli.cli.console import complain
from tdcli.cli.streams import stdout_failed
from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic, Fault
from tdcli.text.registry import module, modules

_COMMANDS = "tdcli.cli.commands"

app = typer.Typer(
    name="tdcli",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: tdcli init many-to-one -o spec.yaml",
)

_modules = [(name, vars(module(_COMMANDS, name))) for name in modules(_COMMANDS)]
for _name, _members in sorted(_modules, key=lambda each: each[1]["PANEL"]):  # help lists panels as they first come
    _command, _panel = _members[f"{_name}_command"], _members["PANEL"]
    if isinstance(_command, typer.Typer):
        app.add_typer(_command, name=_name, rich_help_panel=_panel)
    else:
        _alone = _members.get("RUNS_WITHOUT_ARGUMENTS", False)
        app.command(_name, rich_help_panel=_panel, no_args_is_help=not _alone)(_command)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tdcli {tdcli.__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Check, summarize, train and evaluate Keras sequence models described in YAML."""


def main() -> None:
    """Run a command; whatever it raises becomes a message and an exit code."""
    try:
        app()
    except Fault as fault:
        complain(fault.diagnostics)
        sys.exit(fault.exit_code)
    except OSError as error:
        if error.filename is None and error.errno in (errno.EPIPE, errno.ENOSPC, errno.EBADF):  # Typer's own help
            complain(stdout_failed(error).diagnostics)
            sys.exit(1)
        if error.filename is not None and error.errno in NO_PATHS:
            complain([_no_path(error)])
            sys.exit(2)
        _stop(error)
    except Exception as error:
        _stop(error)


NO_PATHS = (errno.ENAMETOOLONG, errno.ELOOP)
"""What no file system takes for a path, whichever command it is given to."""


def _no_path(error: OSError) -> Diagnostic:
    return Diagnostic(
        "unreadable-file", f"`{error.filename}` is no path: {error.strerror}", helps=(Help("name another file"),)
    )


def _stop(error: Exception) -> NoReturn:
    """End with what nobody foresaw."""
    if os.environ.get("TDCLI_TRACEBACK"):
        raise error
    complain([_unforeseen(error)])
    sys.exit(1)


def _unforeseen(error: Exception) -> Diagnostic:
    message = f"{type(error).__name__}: {error}".splitlines()[0]
    help = Help("set TDCLI_TRACEBACK=1 to see where, and report it with the spec")
    return Diagnostic("unforeseen", message, why="this is a fault of tdcli", helps=(help,))

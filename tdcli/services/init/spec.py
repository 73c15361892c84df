"""A spec to start from: that of a kind, or one guessed from a data file."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import NamedTuple

import tdcli
from tdcli.architectures.core.registry import kinds
from tdcli.runs.files import write_text
from tdcli.services.specs.editor import COMMENT, write_schema_beside
from tdcli.sources.tables.dialect import file_ending
from tdcli.sources.tables.formats import FORMATS
from tdcli.text.diagnostic import UserError
from tdcli.text.nearest import suggestion
from tdcli.text.registry import module

_FILE_TYPES = "tdcli.guess"
_TABLES = "csv"
_FOLDERS = "frames"
"""What is guessed of a folder, which has no ending."""

TEXTS = (".csv", ".tsv", ".tab", ".txt", ".dat")
"""The endings of tables as text, compressed or not."""


class Start(NamedTuple):
    """A spec's text, and what a reader should look at."""

    text: str
    notes: tuple[str, ...] = ()


def start(kind: str | None, data: Path | None, output: Path | None) -> Start:
    """Return the spec of a kind, or one for a data file; `output` is where it will stand. Raises UserError."""
    if (kind is None) == (data is None):
        help = "write `tdcli init many-to-one` or `tdcli init --from-data FILE`"
        raise UserError.of("wrong-option", "`init` takes a kind, or a file of data, and not both", help)
    if output is not None and output.exists():
        raise UserError.of("wrong-option", f"`{output}` is there already", "choose another name, or remove it")
    spec = output or Path("spec.yaml")
    return start_from_data(data, spec) if data else start_from_kind(kind or "", spec)


def start_from_kind(kind: str, spec: Path) -> Start:
    """Return the commented spec of a kind, which will stand in the file `spec`. Raises UserError for an unknown one."""
    if kind not in kinds():
        known = "known here: " + ", ".join(kinds())
        raise UserError.of("unknown-kind", f"there is no kind `{kind}`", suggestion(kind, kinds()), known)
    name = f"{kind.replace('-', '_')}.yaml"
    return Start((_specs() / name).read_text(encoding="utf-8").replace(f"specs/{name}", str(spec)))


def start_from_data(data: Path, spec: Path) -> Start:
    """Return a spec with the shapes and columns of a file, or for a folder of clips, and a guess at the target.

    Raises UserError.
    """
    guesser = module(_FILE_TYPES, _file_type(data))
    if guesser is None:
        known = ", ".join(f"`{each}`" for each in (*TEXTS, *FORMATS))
        message = f"`{data}` ends in neither `.npy` nor one of {known}"
        raise UserError.of("wrong-option", message, "save the data as one of these")
    written = Path(os.path.relpath(data, spec.parent)).as_posix()
    guess = vars(guesser)["guess"]
    if _file_type(data) == _TABLES:
        from tdcli.services.init.guess_check import settled

        guessed = settled(partial(guess, data, written), data, spec)
    else:
        guessed = guess(data, written)
    return Start(guessed.text(str(spec)), tuple(guessed.notes))


def _file_type(data: Path) -> str:
    """Return what guesses the spec of a file or folder; empty for a file of no known ending."""
    if data.is_dir():
        return _FOLDERS
    own = file_ending(data)
    return _TABLES if own in TEXTS or own in FORMATS else "npy" if own == ".npy" else ""


def write_start(started: Start, output: Path) -> None:
    """Write the spec, and beside it the schema that editors complete it from. Raises WorkFailure."""
    write_text(output, COMMENT + started.text)
    write_schema_beside(output)


def _specs() -> Path:
    """Return the folder of the shipped specs: inside the installed package, or beside it in a checkout."""
    package = Path(tdcli.__path__[0])
    return next(folder for folder in (package / "specs", package.parent / "specs") if folder.is_dir())

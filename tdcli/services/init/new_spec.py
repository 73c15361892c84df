"""Write a first spec: the example of a kind, or one guessed from a data file."""

from __future__ import annotations

import os
import shlex
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tdcli.architectures.core.registry import kinds
from tdcli.runs.files import write_text
from tdcli.services.specs.editor import COMMENT, write_schema_beside
from tdcli.sources.tables.dialect import file_ending
from tdcli.sources.tables.formats import FORMATS
from tdcli.text.errors import SpecError
from tdcli.text.nearest import suggest
from tdcli.text.registry import find_module

_GUESSERS = "tdcli.guess"
_TABLE_GUESSER = "csv"
_FOLDER_GUESSER = "frames"
"""The guesser for folders, which have no file ending."""

TEXT_TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat")
"""The endings of tables in text files, which may be compressed."""


class NewSpec(NamedTuple):
    """The text of a spec, and notes on what to check in it."""

    text: str
    notes: tuple[str, ...] = ()


def create_spec(kind: str | None, data: Path | None, output: Path | None) -> NewSpec:
    """Return the spec of a kind, or one for a data file, and write it to `output` if given.

    The JSON Schema for editors is written next to it. Raises SpecError and ExecutionError.
    """
    new = new_spec(kind, data, output)
    if output is not None:
        write_text(output, COMMENT + new.text)
        write_schema_beside(output)
    return new


def new_spec(kind: str | None, data: Path | None, output: Path | None) -> NewSpec:
    """Return the spec of a kind, or one for a data file. Its paths are relative to `output`. Raises SpecError."""
    if (kind is None) == (data is None):
        help = "write `tdcli init many-to-one` or `tdcli init --from-data FILE`"
        raise SpecError.of("wrong-option", "`init` needs either a kind or a data file", help)
    if output is not None and output.exists():
        raise SpecError.of("wrong-option", f"`{output}` already exists", "choose another name, or remove the file")
    spec = output or Path("spec.yaml")
    return spec_for_data(data, spec) if data else spec_of_kind(kind or "", spec)


def spec_of_kind(kind: str, spec: Path) -> NewSpec:
    """Return the commented example of a kind for the path `spec`. Raises SpecError for an unknown kind."""
    if kind not in kinds():
        if Path(kind).exists():
            message = f"`{kind}` is a file or a folder, not a kind of model"
            raise SpecError.of(
                "unknown-kind", message, f"start from it with `tdcli init --from-data {shlex.quote(kind)}`"
            )
        known = "use one of: " + ", ".join(kinds())
        found = suggest(kind, kinds())
        helps = (found,) if found.text == known else (found, known)
        raise SpecError.of("unknown-kind", f"there is no kind `{kind}`", *helps)
    name = f"{kind.replace('-', '_')}.yaml"
    return NewSpec((_shipped_specs() / name).read_text(encoding="utf-8").replace(f"specs/{name}", str(spec)))


def spec_for_data(data: Path, spec: Path) -> NewSpec:
    """Return a spec for a data file or a folder of clips, with a guess at the target. Raises SpecError."""
    guesser = find_module(_GUESSERS, _guesser_name(data))
    if guesser is None:
        known = ", ".join(f"`{suffix}`" for suffix in (*TEXT_TABLE_ENDINGS, *FORMATS))
        message = f"`{data}` ends neither in `.npy` nor in one of {known}"
        raise SpecError.of("wrong-option", message, "save the data in one of these formats")
    relative = Path(os.path.relpath(data, spec.parent)).as_posix()
    guess = vars(guesser)["guess"]
    if _guesser_name(data) == _TABLE_GUESSER:
        from tdcli.services.init.guess_refinement import refine_guess

        guessed = refine_guess(partial(guess, data, relative), data, spec)
    else:
        guessed = guess(data, relative)
    return NewSpec(guessed.text(str(spec)), tuple(guessed.notes))


def _guesser_name(data: Path) -> str:
    """Return the name of the module that guesses the spec of a file or folder, or an empty text for other endings."""
    if data.is_dir():
        return _FOLDER_GUESSER
    own = file_ending(data)
    return _TABLE_GUESSER if own in TEXT_TABLE_ENDINGS or own in FORMATS else "npy" if own == ".npy" else ""


def _shipped_specs() -> Path:
    """Return the folder of the shipped specs: inside the installed package, or next to it in a checkout."""
    package = Path(__file__).parents[2]
    return next(folder for folder in (package / "specs", package.parent / "specs") if folder.is_dir())

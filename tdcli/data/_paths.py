"""Paths as a spec writes them: relative to its folder, on this machine, one, several or a pattern."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from tdcli.data._base import DataFault
from tdcli.data._lists import OneOrMore
from tdcli.text.nearest import nearest
from tdcli.text.section import fault


def _local(path: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", path):
        raise fault("wrong-value", f"`{path}` is a web address", "download the file and write its path")
    if not path or "\0" in path:
        what = "hold the character U+0000" if path else "be empty"
        raise fault("wrong-value", f"a path cannot {what}", "write the file's path, relative to the spec")
    return path


LocalPath = Annotated[str, AfterValidator(_local)]
LocalPaths = Annotated[tuple[LocalPath, ...], Field(min_length=1), OneOrMore]
"""One path, or a list; each may be a glob such as `data/*.csv`."""


def resolved(paths: Iterable[str], folder: Path) -> tuple[Path, ...]:
    """Return the files that paths and patterns name, in the order written, patterns sorted."""
    return tuple(file for path in paths for file in _matches(path, folder))


def _matches(path: str, folder: Path) -> list[Path]:
    whole = folder / path
    if not re.search(r"[*?\[]", path) or whole.exists():
        return [whole]
    base = Path(whole.anchor) if whole.is_absolute() else Path()
    return sorted(base.glob(str(whole.relative_to(base)))) or [whole]


def unreadable(file: Path, way: tuple[str | int, ...]) -> DataFault | None:
    """Return why a file cannot be opened; None if it can."""
    try:
        if file.is_dir():
            help = ("name the file inside it",)
            return DataFault(way, "unreadable-data", f"`{file}` is a folder, not a file", help=help)
        with file.open("rb") as opened:
            if opened.read(1):
                return None
        return DataFault(way, "unreadable-data", f"`{file}` is empty", help=("was the file written to its end?",))
    except OSError as error:
        return DataFault(way, "unreadable-data", f"cannot read `{file}`: {error.strerror}", help=near(file))


def near(file: Path, base: str = "the spec's folder") -> tuple[str, ...]:
    """Return the help for a file or folder that is not there: one of much the same name, or what paths begin at."""
    begin = f"paths are relative to {base}"
    try:
        close = nearest(file.name, (each.name for each in file.parent.iterdir()))
    except OSError:
        return (begin,)
    return (f"did you mean `{file.parent / close}`?",) if close else (begin,)

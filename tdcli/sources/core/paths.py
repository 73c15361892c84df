"""Paths in a spec: relative to its folder, local, and one path, several, or a glob pattern."""

import fnmatch
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from tdcli.sources.core.section import DataDiagnostic
from tdcli.text.errors import SpecError
from tdcli.text.nearest import nearest_name
from tdcli.text.section import invalid


def _listed_value(value: Any) -> Any:
    return value if isinstance(value, tuple | list | dict | None) else (value,)


OneOrMore = BeforeValidator(_listed_value)
"""Read a single value as a list of one value."""


def _local(path: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", path):
        raise invalid("wrong-value", f"`{path}` is a web address", "download the file and write its path")
    if not path or "\0" in path:
        what = "contain the character U+0000" if path else "be empty"
        raise invalid("wrong-value", f"a path cannot {what}", "write the file's path, relative to the spec")
    return path


LocalPath = Annotated[str, AfterValidator(_local)]
LocalPaths = Annotated[tuple[LocalPath, ...], Field(min_length=1), OneOrMore]
"""One path, or a list; each may be a glob such as `data/*.csv`."""


NO_FILES = {
    stat.S_ISDIR: ("a folder", "write the path of a file in it"),
    stat.S_ISFIFO: ("a pipe", "save its output to a file first"),
    stat.S_ISSOCK: ("a socket", "write the path of a file"),
}
ANYTHING_ELSE = ("a device", "write the path of a file")

MOST_ENTRIES = 100_000
"""The most files and folders that a pattern may search; listing them takes less than a second."""


def resolve_paths(paths: Iterable[str], folder: Path) -> tuple[Path, ...]:
    """Return the files that paths and patterns refer to, in the order written. The matches of a pattern are sorted."""
    return tuple(file for path in paths for file in _matches(path, folder))


def _matches(path: str, folder: Path) -> list[Path]:
    """Return the matches of a pattern, or the path as written if there are none. Raises SpecError for a long search."""
    whole = folder / path
    if not re.search(r"[*?\[]", path) or whole.exists():
        return [whole]
    base = Path(whole.anchor) if whole.is_absolute() else Path()
    return sorted(_Search(path).below(base, whole.relative_to(base).parts)) or [whole]


class _Search:
    """A search for the files that match a pattern, one part of its path at a time. `**` follows no links."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.seen = pattern, 0

    def below(self, base: Path, parts: tuple[str, ...]) -> set[Path]:
        """Return the matches of the parts of a pattern. Raises SpecError if they search too many entries."""
        found, rest = {base}, [part for place, part in enumerate(parts) if parts[place : place + 2] != ("**", "**")]
        for place, part in enumerate(rest):
            last = place == len(rest) - 1
            if part == "**":
                found = {each for folder in found for each in self._tree(folder, files=last)}
            elif re.search(r"[*?\[]", part):
                found = {each for folder in found for each in self._like(folder, part)}
            else:
                found = {folder / part for folder in found if (folder / part).exists()}
        return found

    def _like(self, folder: Path, part: str) -> Iterator[Path]:
        names = fnmatch.filter((entry.name for entry in self._entries(folder)), part)
        yield from (folder / name for name in names)

    def _tree(self, folder: Path, *, files: bool) -> Iterator[Path]:
        """Yield a folder and all folders below it, or all files below it."""
        waiting = [folder]
        while waiting:
            each = waiting.pop()
            entries = list(self._entries(each))
            folders = [each / entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
            waiting += folders
            yield from (each / entry.name for entry in entries if entry.is_file()) if files else [each]

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        with suppress(OSError), os.scandir(folder) as entries:  # a path that cannot be listed has no entries
            for entry in entries:
                self.seen += 1
                if self.seen > MOST_ENTRIES:
                    message = f"the pattern `{self.pattern}` searches more than {MOST_ENTRIES:,} files and folders"
                    raise SpecError.of("unreadable-data", message, "write the folder of the files in the pattern")
                yield entry


def diagnose_unreadable(file: Path, key_path: tuple[str | int, ...]) -> DataDiagnostic | None:
    """Return why a file cannot be opened; None if it can."""
    try:
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode):
            what, *help = next((told for is_such, told in NO_FILES.items() if is_such(mode)), ANYTHING_ELSE)
            return DataDiagnostic(key_path, "unreadable-data", f"`{file}` is {what}, not a file", help=tuple(help))
        with file.open("rb") as opened:
            if opened.read(1):
                return None
        return DataDiagnostic(
            key_path, "unreadable-data", f"`{file}` is empty", help=("check that the file was written completely",)
        )
    except OSError as error:
        return DataDiagnostic(
            key_path, "unreadable-data", f"cannot read `{file}`: {error.strerror}", help=missing_path_help(file)
        )


def missing_path_help(file: Path, base: str = "the spec's folder") -> tuple[str, ...]:
    """Return the help for a file or folder that does not exist: one of a similar name, or the base of paths."""
    begin = f"write the path relative to {base}"
    try:
        close = nearest_name(file.name, (each.name for each in file.parent.iterdir()))
    except OSError:
        return (begin,)
    return (f"did you mean `{file.parent / close}`?",) if close else (begin,)

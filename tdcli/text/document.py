"""A YAML file as plain values, with the span of each key and value."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tdcli.text.diagnostic import Diagnostic, Span
from tdcli.text.errors import SpecError
from tdcli.text.key_path import KeyPath, get_at

LARGEST_SPEC = 200_000
"""The limit in bytes. Specs are written by hand; a larger file is something else, such as data."""


@dataclass(frozen=True)
class Document:
    """Values (dicts, tuples, scalars) and the spans of all values and keys by their paths.

    `diagnostics` are errors after which the rest can still be read, such as a duplicate key. `text` is the text of the
    file, without the `settings` of the command line.
    """

    path: Path
    values: dict[str, Any]
    spans: Mapping[KeyPath, Span] = field(default_factory=dict)
    key_spans: Mapping[KeyPath, Span] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""
    settings: tuple[str, ...] = ()

    def span(self, path: KeyPath) -> Span:
        """Return the span of the value at a path; if there is none, that of its nearest parent."""
        return self._nearest(self.spans, path)

    def key_span(self, path: KeyPath) -> Span:
        """Return the span of the last key of a path."""
        return self.key_spans.get(path) or self._nearest(self.key_spans, path)

    def value_at(self, path: KeyPath) -> Any:
        """Return the value at a path; None if there is none."""
        return get_at(self.values, path)

    def _nearest(self, spans: Mapping[KeyPath, Span], path: KeyPath) -> Span:
        for length in range(len(path), -1, -1):
            for table in (spans, self.key_spans, self.spans):
                if path[:length] in table:
                    return table[path[:length]]
        return Span(str(self.path))


def read_text(path: Path) -> str:
    """Return the text of a spec. Raises SpecError if it is missing, not a regular file, too large or not UTF-8."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise SpecError.of("unreadable-file", f"`{path}` is a folder", "use the path of a `.yaml` file inside it")
        if not stat.S_ISREG(status.st_mode):
            raise SpecError.of("unreadable-file", f"`{path}` is not a regular file", "use a plain text file as spec")
        if status.st_size > LARGEST_SPEC:
            message = f"`{path}` is too large for a spec: {status.st_size:,} bytes, the limit is {LARGEST_SPEC:,}"
            raise SpecError.of("unreadable-file", message, "check whether this is the data instead of the spec")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"`{path}` is not UTF-8 text (byte {error.start})"
        raise SpecError.of("unreadable-file", message, "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SpecError.of("unreadable-file", f"cannot read `{path}`: {reason}", *_specs_beside(path)) from None


def _specs_beside(path: Path) -> tuple[str, ...]:
    folder = path.parent
    try:
        specs = sorted(path.name for path in folder.glob("*.yaml"))[:8]
    except (OSError, ValueError):
        specs = []
    if specs:
        return (f"use one of the files in `{folder}`: " + ", ".join(f"`{name}`" for name in specs),)
    return ("run `tdcli init many-to-one -o spec.yaml` to create a spec",)

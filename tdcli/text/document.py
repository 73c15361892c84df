"""A YAML file as plain values, each with its place in the text."""

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tdcli.text.diagnostic import Diagnostic, Span, UserError

Way = tuple[str | int, ...]
"""The way to a value: `("architecture", "cnn", 0, "Conv2D", "filters")`."""

LARGEST_SPEC = 200_000
"""Bytes. A spec is written by hand; a file beyond this is something else."""


@dataclass(frozen=True)
class Document:
    """Values (dicts, tuples, scalars) and the span of every value and key, by the way to it.

    `faults` are those that leave the rest readable: a key written twice, a scalar of no value. `text` is what
    was read, before the `settings` of the command line were put in.
    """

    path: Path
    values: dict[str, Any]
    spans: Mapping[Way, Span] = field(default_factory=dict)
    key_spans: Mapping[Way, Span] = field(default_factory=dict)
    faults: tuple[Diagnostic, ...] = ()
    text: str = ""
    settings: tuple[str, ...] = ()

    def span(self, way: Way) -> Span:
        """Return where the value stands; where there is none, where its nearest parent does."""
        return self._nearest(self.spans, way)

    def key_span(self, way: Way) -> Span:
        """Return where the key is written that leads to the value."""
        return self.key_spans.get(way) or self._nearest(self.key_spans, way)

    def value_at(self, way: Way) -> Any:
        """Return what stands at a way; None where nothing does."""
        return value_at(self.values, way)

    def _nearest(self, spans: Mapping[Way, Span], way: Way) -> Span:
        for length in range(len(way), -1, -1):
            for table in (spans, self.key_spans, self.spans):
                if way[:length] in table:
                    return table[way[:length]]
        return Span(str(self.path))


def value_at(node: Any, way: Way) -> Any:
    """Return what stands at a way through mappings and lists; None where nothing does.

    >>> value_at({"layers": ({"LSTM": {"units": 8}},)}, ("layers", 0, "LSTM", "units"))
    8
    """
    for part in way:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def read_text(path: Path) -> str:
    """Return a spec's text. Raises UserError where it is missing, no file, too large or not UTF-8."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UserError.of("unreadable-file", f"`{path}` is a folder", "name the spec's `.yaml` file inside it")
        if not stat.S_ISREG(status.st_mode):
            raise UserError.of("unreadable-file", f"`{path}` is not a regular file", "a spec is a plain text file")
        if status.st_size > LARGEST_SPEC:
            message = f"`{path}` has {status.st_size:,} bytes; a spec has at most {LARGEST_SPEC:,}"
            raise UserError.of("unreadable-file", message, "is this the data rather than the spec?")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"`{path}` is not UTF-8 text (byte {error.start})"
        raise UserError.of("unreadable-file", message, "save it as UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError.of("unreadable-file", f"cannot read `{path}`: {reason}", *_siblings(path)) from None


def _siblings(path: Path) -> tuple[str, ...]:
    folder = path.parent
    try:
        specs = sorted(each.name for each in folder.glob("*.yaml"))[:8]
    except (OSError, ValueError):
        specs = []
    if specs:
        return (f"in `{folder}` there is " + ", ".join(f"`{name}`" for name in specs),)
    return ("`tdcli init many-to-one -o spec.yaml` writes a spec to start from",)

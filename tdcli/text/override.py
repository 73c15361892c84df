"""Apply `--set key=value` to a document: values of the command line replace those of the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tdcli.text.diagnostic import COMMAND_LINE, Span
from tdcli.text.document import Document
from tdcli.text.errors import SpecError
from tdcli.text.key_path import KeyPath
from tdcli.text.violation import describe_value
from tdcli.text.yaml_reader import DEEPEST, parse_value

_LONGEST = 80
"""The number of characters of a setting that a message quotes."""

_INDEX = re.compile("[0-9]{1,6}")


@dataclass(frozen=True)
class Setting:
    """A `key=value` of `--set`."""

    text: str

    @property
    def key(self) -> str:
        """The dotted path of the value."""
        return self.text.partition("=")[0]

    @property
    def key_span(self) -> Span:
        """The span of the key."""
        return Span(COMMAND_LINE, 1, 1, max(1, len(self.key)), self.text)

    @property
    def value_span(self) -> Span:
        """The span of the value."""
        column = len(self.key) + 2
        return replace(self.key_span, column=column, width=max(1, len(self.text) - column + 1))


def apply_settings(document: Document, settings: Sequence[str]) -> Document:
    """Return the document after settings such as `a.b.0.c=value`. Values are parsed as YAML and never evaluated.

    Raises SpecError for a setting that is not `key=value`, or whose path leads through a value that is neither a
    mapping nor a list.
    """
    for setting in settings:
        document = _apply_setting(document, Setting(setting))
    return replace(document, settings=(*document.settings, *settings))


def _apply_setting(document: Document, setting: Setting) -> Document:
    dotted, equals, text = setting.text.partition("=")
    span, value_span = setting.key_span, setting.value_span
    parts = dotted.strip().split(".")
    if not equals or not all(parts):
        help = "write it as `--set training.epochs=5`"
        raise SpecError.of(
            "wrong-override", f"`--set {_in_one_line(setting.text)}` is not `key=value`", help, span=span
        )
    if len(parts) > DEEPEST:
        raise SpecError.of("wrong-override", f"`{dotted[:40]}` is nested too deeply", span=span)
    path = _key_path(document.values, parts)
    values = _set_value(document.values, path, 0, _read_value(text, value_span), span)
    made = {path[:length]: span for length in range(1, len(path)) if path[:length] not in document.spans}
    spans = _spans_outside(document.spans, path) | {path: value_span}
    return replace(
        document, values=values, spans=spans, key_spans=_spans_outside(document.key_spans, path) | made | {path: span}
    )


def _key_path(node: Any, parts: Sequence[str]) -> KeyPath:
    """Return the parts, with list indices as numbers. Keys of mappings stay texts, even if they look like numbers."""
    path: list[str | int] = []
    for part in parts:
        in_list = isinstance(node, tuple) and _INDEX.fullmatch(part)
        path.append(int(part) if in_list else part)
        known = node if isinstance(node, dict) else dict(enumerate(node)) if isinstance(node, tuple) else {}
        node = known.get(path[-1])
    return tuple(path)


def _read_value(text: str, here: Span) -> Any:
    """Read the value of a setting. The spans of its errors are positions in the whole setting."""
    try:
        return parse_value(text)
    except SpecError as error:
        raise SpecError(*(found.at(_span_within(here, found.span)) for found in error.diagnostics)) from None


def _span_within(here: Span, span: Span | None) -> Span:
    if span is None or span.line > 1:
        return here
    return replace(here, column=here.column + span.column - 1, width=span.width)


def _spans_outside(spans: Mapping[KeyPath, Span], path: KeyPath) -> dict[KeyPath, Span]:
    return {known: span for known, span in spans.items() if known[: len(path)] != path}


def _set_value(node: Any, path: KeyPath, depth: int, value: Any, span: Span) -> Any:
    """Return the node after setting a value. `path` starts at the root, and its first `depth` keys lead to the node."""
    if depth == len(path):
        return value
    first, deeper = path[depth], depth + 1
    if isinstance(node, tuple) and isinstance(first, int) and first < len(node):
        return (*node[:first], _set_value(node[first], path, deeper, value, span), *node[first + 1 :])
    if isinstance(node, dict) or node is None:
        return {**(node or {}), str(first): _set_value((node or {}).get(str(first)), path, deeper, value, span)}
    if isinstance(node, str) and node == first and deeper < len(path):
        return {str(first): _set_value(None, path, deeper, value, span)}
    parts = [str(part) for part in path[:deeper]]
    message = f"`{'.'.join(parts)}` does not exist in the spec"
    raise SpecError.of("wrong-override", message, _other_setting_help(node, ".".join(parts[:-1])), span=span)


def _other_setting_help(node: Any, dotted: str) -> str:
    if isinstance(node, tuple):
        return f"`{dotted}` is {describe_value(node)}; write `--set {dotted}.0=...` for the first one"
    return f"`{dotted}` is {describe_value(node)}, which has no keys; replace it with `--set {dotted}=...`"


def _in_one_line(text: str) -> str:
    return " ".join(text.splitlines())[:_LONGEST]

"""`--set key=value`: one value of a document, given on the command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tdcli.text.diagnostic import COMMAND_LINE, Span, UserError
from tdcli.text.document import Document, Way
from tdcli.text.section import described
from tdcli.text.yaml_reader import DEEPEST, parse_value

_LONGEST = 80
"""Characters of a setting that a message repeats."""

_INDEX = re.compile("[0-9]{1,6}")


@dataclass(frozen=True)
class Setting:
    """A `key=value` as `--set` takes it."""

    text: str

    @property
    def key(self) -> str:
        """The dotted path of the value."""
        return self.text.partition("=")[0]

    @property
    def key_span(self) -> Span:
        """The place of the key."""
        return Span(COMMAND_LINE, 1, 1, max(1, len(self.key)), self.text)

    @property
    def value_span(self) -> Span:
        """The place of the value."""
        column = len(self.key) + 2
        return replace(self.key_span, column=column, width=max(1, len(self.text) - column + 1))


def overridden(document: Document, settings: Sequence[str]) -> Document:
    """Return the document with each `a.b.0.c=value` put in, read by YAML's rules, never evaluated.

    Raises UserError where a setting is no `key=value`, or its way leads through something
    that is neither a mapping nor a list.
    """
    for setting in settings:
        document = _set(document, Setting(setting))
    return replace(document, settings=(*document.settings, *settings))


def _set(document: Document, setting: Setting) -> Document:
    dotted, equals, text = setting.text.partition("=")
    span, value_span = setting.key_span, setting.value_span
    parts = dotted.strip().split(".")
    if not equals or not all(parts):
        help = "write it as `--set training.epochs=5`"
        raise UserError.of(
            "wrong-override", f"`--set {_in_one_line(setting.text)}` is not `key=value`", help, span=span
        )
    if len(parts) > DEEPEST:
        raise UserError.of("wrong-override", f"`{dotted[:40]}` is nested too deeply", span=span)
    way = _way(document.values, parts)
    values = _replaced(document.values, way, 0, _value(text, value_span), span)
    made = {way[:length]: span for length in range(1, len(way)) if way[:length] not in document.spans}
    spans = _without(document.spans, way) | {way: value_span}
    return replace(
        document, values=values, spans=spans, key_spans=_without(document.key_spans, way) | made | {way: span}
    )


def _way(node: Any, parts: Sequence[str]) -> Way:
    """Return the parts with the places of lists as numbers; a mapping's key may be a number too."""
    way: list[str | int] = []
    for part in parts:
        in_list = isinstance(node, tuple) and _INDEX.fullmatch(part)
        way.append(int(part) if in_list else part)
        known = node if isinstance(node, dict) else dict(enumerate(node)) if isinstance(node, tuple) else {}
        node = known.get(way[-1])
    return tuple(way)


def _value(text: str, here: Span) -> Any:
    """Read the value; what is wrong in it is pointed at in the whole setting."""
    try:
        return parse_value(text)
    except UserError as error:
        raise UserError(*(each.at(_within(here, each.span)) for each in error.diagnostics)) from None


def _within(here: Span, span: Span | None) -> Span:
    if span is None or span.line > 1:
        return here
    return replace(here, column=here.column + span.column - 1, width=span.width)


def _without(spans: Mapping[Way, Span], way: Way) -> dict[Way, Span]:
    return {known: place for known, place in spans.items() if known[: len(way)] != way}


def _replaced(node: Any, way: Way, depth: int, value: Any, span: Span) -> Any:
    """Return the node with the value in it; `way` leads to it from the top, and `depth` parts of that to the node."""
    if depth == len(way):
        return value
    first, deeper = way[depth], depth + 1
    if isinstance(node, tuple) and isinstance(first, int) and first < len(node):
        return (*node[:first], _replaced(node[first], way, deeper, value, span), *node[first + 1 :])
    if isinstance(node, dict) or node is None:
        return {**(node or {}), str(first): _replaced((node or {}).get(str(first)), way, deeper, value, span)}
    if isinstance(node, str) and node == first and deeper < len(way):
        return {str(first): _replaced(None, way, deeper, value, span)}
    message = f"`{first}` leads nowhere: there is no such place in the spec"
    raise UserError.of("wrong-override", message, _way_on(node, ".".join(map(str, way[:depth]))), span=span)


def _way_on(node: Any, dotted: str) -> str:
    if isinstance(node, tuple):
        return f"`{dotted}` is a list of {len(node)}: write `--set {dotted}.0=...` for the first of them"
    return f"`{dotted}` is {described(node)}, which has no keys: set all of it with `--set {dotted}=...`"


def _in_one_line(text: str) -> str:
    return " ".join(text.splitlines())[:_LONGEST]

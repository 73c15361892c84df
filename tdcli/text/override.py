"""`--set key=value`: one value of a document, given on the command line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tdcli.text.diagnostic import COMMAND_LINE, Span, UserError
from tdcli.text.document import Document, Way
from tdcli.text.yaml_reader import DEEPEST, parse_value

_INDEX = re.compile("[0-9]{1,6}")


def overridden(document: Document, settings: Sequence[str]) -> Document:
    """Return the document with each `a.b.0.c=value` put in, read by YAML's rules, never evaluated.

    Raises UserError where a setting is no `key=value`, or its way leads through something
    that is neither a mapping nor a list.
    """
    for setting in settings:
        document = _set(document, setting)
    return replace(document, settings=(*document.settings, *settings))


def _set(document: Document, setting: str) -> Document:
    dotted, equals, text = setting.partition("=")
    span = Span(COMMAND_LINE, 1, 1, max(1, len(dotted)), setting)
    parts = dotted.split(".")
    if not equals or not all(parts):
        help = "write it as `--set training.epochs=5`"
        raise UserError.of("wrong-override", f"`--set {setting}` is not `key=value`", help, span=span)
    if len(parts) > DEEPEST:
        raise UserError.of("wrong-override", f"`{dotted[:40]}` is nested too deeply", span=span)
    here = replace(span, column=len(dotted) + 2, width=max(1, len(text)))
    way = _way(document.values, parts)
    values = _replaced(document.values, way, _value(text, here), span)
    made = {way[:length]: span for length in range(1, len(way)) if way[:length] not in document.spans}
    spans = _without(document.spans, way) | {way: here}
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


def _replaced(node: Any, way: Way, value: Any, span: Span) -> Any:
    if not way:
        return value
    first, rest = way[0], way[1:]
    if isinstance(node, tuple) and isinstance(first, int) and first < len(node):
        return (*node[:first], _replaced(node[first], rest, value, span), *node[first + 1 :])
    if isinstance(node, dict) or node is None:
        return {**(node or {}), str(first): _replaced((node or {}).get(str(first)), rest, value, span)}
    if isinstance(node, str) and node == first and rest:
        return {str(first): _replaced(None, rest, value, span)}
    raise UserError.of("wrong-override", f"`{first}` leads nowhere: there is no such place in the spec", span=span)

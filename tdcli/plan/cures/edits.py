"""Edit a layer in the text of a spec. There are no edits for a layer that spans several lines or is set by `--set`."""

from dataclasses import replace

from tdcli.layers.core.base import Layer
from tdcli.layers.core.wrapper import Wrapper
from tdcli.text.diagnostic import Edit, Span
from tdcli.text.document import Document
from tdcli.text.key_path import KeyPath


def argument_edits(
    document: Document, key_path: KeyPath, layer: Layer | None, argument: str, value: str
) -> tuple[Edit, ...]:
    """Set an argument of the innermost layer. A new one is the last in braces, else the first; a value is replaced.

    layer: None if the mapping of arguments itself is at `key_path`.
    """
    inner = key_path if layer is None else (*key_path, *nested_titles(layer))
    arguments, given = document.spans.get(inner), document.spans.get((*inner, argument))
    if not arguments or not arguments.is_editable:
        return ()
    if given:
        return (Edit(given, value),) if given.is_editable else ()
    if _is_inline(arguments):
        return (_appended(arguments, f"{argument}: {value}"),)
    indent = arguments.source[: arguments.column - 1]
    return (Edit(replace(arguments, width=0), f"{argument}: {value}\n{indent}"),) if indent.isspace() else ()


def _appended(arguments: Span, entry: str) -> Edit:
    """Put an entry behind the last one of a mapping in braces."""
    given = _source(arguments)[1:-1].rstrip()
    joint = "" if not given else " " if given.endswith(",") else ", "
    return Edit(replace(arguments, column=arguments.column + 1 + len(given), width=0), joint + entry)


def wrap_edits(document: Document, key_path: KeyPath, layer: Layer) -> tuple[Edit, ...]:
    """Put TimeDistributed around a layer."""
    extent = _extent_of(document, key_path, layer)
    if extent is None:
        return ()
    text = _source(extent)
    return (Edit(extent, f"TimeDistributed: {{{text}}}" if ":" in text else f"TimeDistributed: {text}"),)


def unwrap_edits(document: Document, key_path: KeyPath, layer: Wrapper) -> tuple[Edit, ...]:
    """Remove a wrapper that has no arguments of its own."""
    extent, inner = _extent_of(document, key_path, layer), _extent_of(document, (*key_path, layer.title()), layer.layer)
    if extent is None or inner is None or layer.model_fields_set - {"layer"}:
        return ()
    return (Edit(extent, _source(inner)),)


def nested_titles(layer: Layer) -> tuple[str, ...]:
    """Return the names of a layer and of the layers inside it, from the outside in."""
    return (layer.title(), *nested_titles(layer.layer)) if isinstance(layer, Wrapper) else (layer.title(),)


def _extent_of(document: Document, key_path: KeyPath, layer: Layer) -> Span | None:
    """Return the span of a layer with its arguments, if they are on one line."""
    named = (*key_path, layer.title())
    if named not in document.key_spans:
        bare = document.span(key_path)
        return bare if bare.is_editable and _source(bare) == layer.title() else None
    key, value = document.key_spans[named], document.spans[named]
    if not key.is_editable or value.line != key.line or not (_is_inline(value) or isinstance(layer, Wrapper)):
        return None
    return replace(key, width=value.column + value.width - key.column)


def _is_inline(mapping: Span) -> bool:
    text = _source(mapping)
    return text.startswith("{") and text.endswith("}")


def _source(span: Span) -> str:
    return span.source[span.column - 1 : span.column - 1 + span.width]

"""Check the `search` section against the rest of the document: its paths exist, and its values are valid there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tdcli.spec.load import validate_document
from tdcli.spec.search import Range, Space
from tdcli.text.change import Help
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import Document
from tdcli.text.errors import SpecError
from tdcli.text.nearest import nearest_name
from tdcli.text.override import Setting, apply_settings
from tdcli.text.yaml_writer import to_inline_yaml

NOT_SEARCHED = ("spec", "name", "search", "split", "training.monitor", "training.early_stopping.monitor")
"""What says nothing of the model, and what says on which samples and by which figure trials are compared."""

OF_THE_DATA = ("features", "encode", "scale", "target_change", "sampling", "every", "padding")
"""The keys of `data` that shape what a model is given; others say what its figure is measured on."""


def drop_search(document: Document) -> Document:
    """Return the document as one of its trials has it."""
    return replace(document, values={key: value for key, value in document.values.items() if key != "search"})


def diagnose_space(space: Space, document: Document) -> Iterator[Diagnostic]:
    """Yield the paths that lead nowhere, and the values that cannot stand there whatever the others are.

    Whether a value goes with the architecture is left to the trials.
    """
    bare = drop_search(document)
    for path, searched in space.items():
        message, help = _reason_not_searchable(path, space)
        if message:
            yield Diagnostic("wrong-override", message, document.key_span(("search", path)), helps=(Help(help),))
        else:
            yield from _diagnose_values(path, searched, bare, document)


def _reason_not_searchable(path: str, space: Space) -> tuple[str, str]:
    """Say why a path is not searched whatever its values are, and what to do; nothing where it may be."""
    section, _, inner = path.partition(".")
    of_the_data = section == "data" and inner.partition(".")[0] not in OF_THE_DATA
    if path in NOT_SEARCHED or section in NOT_SEARCHED or of_the_data:
        known = ", ".join(f"`{key}`" for key in OF_THE_DATA)
        return f"`{path}` is nothing to search", f"name settings of `architecture`, of `training`, or of `data` {known}"
    outer = next((other for other in space if path.startswith(f"{other}.")), None)
    return (f"`{path}` is a part of `{outer}`, which is searched too", "search one of them") if outer else ("", "")


def _diagnose_values(
    path: str, searched: Range | Sequence[Any], bare: Document, document: Document
) -> Iterator[Diagnostic]:
    values: Mapping[Any, Any] = searched.ends if isinstance(searched, Range) else dict(enumerate(searched))
    for key, value in values.items():
        setting = Setting(f"{path}={to_inline_yaml(value)}")
        found = _diagnose_setting(setting, bare)
        if found is None:
            continue
        if found.span == setting.key_span:  # the path leads nowhere
            close = _nearest_path(path, bare.values)
            helps = found.helps if close == path else (Help(f"did you mean `{close}`?"),)
            yield replace(found, span=document.key_span(("search", path)), helps=helps, fix=())
            return
        if isinstance(searched, Range) and not searched.is_whole and found.name == "wrong-type":
            found = replace(found, helps=(Help("values are whole numbers where `low`, `high` and `step` are"),))
        yield replace(found, span=document.span(("search", path, key)), fix=())


def _nearest_path(path: str, values: Any) -> str:
    """Return the path with the document's keys in place of those that are nearly theirs."""
    parts: list[str] = []
    for part in path.split("."):
        inner = dict(values) if isinstance(values, dict) else {}
        if isinstance(values, tuple):
            inner = {str(place): each for place, each in enumerate(values)}
        parts.append(part if part in inner else nearest_name(part, inner) or part)
        values = inner.get(parts[-1])
    return ".".join(parts)


def _diagnose_setting(setting: Setting, bare: Document) -> Diagnostic | None:
    """Return what is wrong with the key or the value of a setting by itself."""
    try:
        changed = apply_settings(bare, [setting.text])
    except SpecError as error:
        return error.diagnostics[0]
    try:
        validate_document(changed)
    except SpecError as error:
        spans = (setting.key_span, setting.value_span)
        return next((each for each in error.diagnostics if each.span in spans), None)
    return None

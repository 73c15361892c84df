"""Check that the paths of the `search` section exist in the document, and that its values are valid there."""

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
"""Keys that do not change the model, and keys that decide on which samples and by which metric trials are compared."""

OF_THE_DATA = ("features", "encode", "scale", "target_change", "sampling", "every", "padding")
"""The keys of `data` that change the input of the model. The others change the samples on which it is measured."""


def drop_search(document: Document) -> Document:
    """Return the document without its `search` section, as in a trial."""
    return replace(document, values={key: value for key, value in document.values.items() if key != "search"})


def diagnose_space(space: Space, document: Document) -> Iterator[Diagnostic]:
    """Yield diagnostics of paths that do not exist, and of values that are never valid at their path.

    Trials check whether a value fits the architecture.
    """
    bare = drop_search(document)
    for path, searched in space.items():
        message, help = _reason_not_searchable(path, space)
        if message:
            yield Diagnostic("wrong-override", message, document.key_span(("search", path)), helps=(Help(help),))
        else:
            yield from _diagnose_values(path, searched, bare, document)


def _reason_not_searchable(path: str, space: Space) -> tuple[str, str]:
    """Return why a path cannot be searched, and what to do; empty texts if it can."""
    section, _, inner = path.partition(".")
    of_the_data = section == "data" and inner.partition(".")[0] not in OF_THE_DATA
    if path in NOT_SEARCHED or section in NOT_SEARCHED or of_the_data:
        known = ", ".join(f"`{key}`" for key in OF_THE_DATA)
        help = f"search settings of `architecture` or `training`, or one of {known} of `data`"
        return f"`{path}` cannot be searched", help
    outer = next((other for other in space if path.startswith(f"{other}.")), None)
    return (f"`{path}` is inside `{outer}`, which is searched too", "search only one of them") if outer else ("", "")


def _diagnose_values(
    path: str, searched: Range | Sequence[Any], bare: Document, document: Document
) -> Iterator[Diagnostic]:
    values: Mapping[Any, Any] = searched.ends if isinstance(searched, Range) else dict(enumerate(searched))
    for key, value in values.items():
        setting = Setting(f"{path}={to_inline_yaml(value)}")
        found = _diagnose_setting(setting, bare)
        if found is None:
            continue
        if found.span == setting.key_span:  # the path does not exist
            close = _nearest_path(path, bare.values)
            helps = found.helps if close == path else (Help(f"did you mean `{close}`?"),)
            yield replace(found, span=document.key_span(("search", path)), helps=helps, fix=())
            return
        if isinstance(searched, Range) and not searched.is_whole and found.name == "wrong-type":
            help = Help("write `low`, `high` and `step` as whole numbers")
            found = replace(found, helps=(help,))
        yield replace(found, span=document.span(("search", path, key)), fix=())


def _nearest_path(path: str, values: Any) -> str:
    """Return the path with misspelt keys replaced by keys of the document."""
    parts: list[str] = []
    for part in path.split("."):
        inner = dict(values) if isinstance(values, dict) else {}
        if isinstance(values, tuple):
            inner = {str(place): each for place, each in enumerate(values)}
        parts.append(part if part in inner else nearest_name(part, inner) or part)
        values = inner.get(parts[-1])
    return ".".join(parts)


def _diagnose_setting(setting: Setting, bare: Document) -> Diagnostic | None:
    """Return the error in the key or the value of a setting, regardless of the other values."""
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

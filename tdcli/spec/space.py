"""The `search` section against the rest of the document: paths that lead somewhere, values that may stand there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tdcli.spec.load import validated
from tdcli.spec.search import Range, Space
from tdcli.text.diagnostic import Diagnostic, UserError
from tdcli.text.document import Document
from tdcli.text.override import overridden
from tdcli.text.yaml_writer import inline_yaml

NOT_SEARCHED = ("spec", "name", "search", "training.monitor", "training.early_stopping.monitor")
"""What says nothing of the model, and what says by which figure trials are compared."""


def setting_of(path: str, value: Any) -> str:
    """Return a value of a path as `--set` takes it."""
    return f"{path}={inline_yaml(value)}"


def without_search(document: Document) -> Document:
    """Return the document as one of its trials has it."""
    return replace(document, values={key: value for key, value in document.values.items() if key != "search"})


def space_faults(space: Space, document: Document) -> Iterator[Diagnostic]:
    """Yield the paths that lead nowhere, and the values that cannot stand there whatever the others are.

    Whether a value goes with the architecture is left to the trials.
    """
    bare = without_search(document)
    for path, searched in space.items():
        if path in NOT_SEARCHED or path.partition(".")[0] in NOT_SEARCHED:
            message = f"`{path}` is nothing to search"
            help = "name settings of `architecture`, `data`, `split` or `training`"
            yield Diagnostic("wrong-override", message, document.key_span(("search", path)), help=(help,))
            continue
        yield from _faults(path, searched, bare, document)


def _faults(path: str, searched: Range | Sequence[Any], bare: Document, document: Document) -> Iterator[Diagnostic]:
    values: Mapping[Any, Any] = searched.ends if isinstance(searched, Range) else dict(enumerate(searched))
    for key, value in values.items():
        found = _fault(setting_of(path, value), bare)
        if found is None:
            continue
        if found.span and found.span.column <= len(path):  # it is the path that leads nowhere
            yield replace(found, span=document.key_span(("search", path)), fix=())
            return
        yield replace(found, span=document.span(("search", path, key)), fix=())


def _fault(setting: str, bare: Document) -> Diagnostic | None:
    """Return what is wrong with the place or the value of a setting by itself."""
    try:
        validated(overridden(bare, [setting]))
    except UserError as error:
        return next((each for each in error.diagnostics if each.span and each.span.source == setting), None)
    return None

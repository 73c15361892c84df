"""A file and `--set` values to a Spec, or all its diagnostics."""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from tdcli.spec.spec import Spec
from tdcli.text.diagnose import diagnose
from tdcli.text.diagnostic import Diagnostic, UserError, in_file_order
from tdcli.text.document import Document
from tdcli.text.override import overridden
from tdcli.text.yaml_reader import read_document


def load_document(path: Path, settings: Sequence[str] = ()) -> Document:
    """Read a spec's document with `--set` values put in. Raises UserError."""
    return overridden(read_document(path), settings)


def validated(document: Document) -> Spec:
    """Return the Spec. Raises UserError with every fault of the document, in file order."""
    try:
        spec = Spec.model_validate(document.values)
    except ValidationError as error:
        raise UserError(*_one_for_each_place(document.faults, diagnose(error, document))) from None
    if document.faults:
        raise UserError(*document.faults)
    name = spec.name or re.sub(r"[^A-Za-z0-9_. -]", "-", document.path.stem).lstrip("-_. ") or "model"
    return spec.model_copy(update={"name": name})


def _one_for_each_place(unread: Sequence[Diagnostic], others: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return one fault for each place: what the reader says of it, unless another knows how to mend it."""
    mended = {each.span for each in others if each.fix}
    known = {each.span for each in unread} - mended
    first = [each for each in unread if each.span not in mended]
    return in_file_order([*first, *(each for each in others if each.span not in known)])

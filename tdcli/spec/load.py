"""Load a spec: read a file, apply `--set` values and validate the result."""

import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from tdcli.spec.spec import Spec
from tdcli.text.diagnose import diagnose
from tdcli.text.diagnostic import Diagnostic, sort_by_position
from tdcli.text.document import Document
from tdcli.text.errors import SpecError
from tdcli.text.override import apply_settings
from tdcli.text.yaml_reader import read_document


def load_document(path: Path, settings: Sequence[str] = ()) -> Document:
    """Read the document of a spec and apply `--set` values. Raises SpecError."""
    return apply_settings(read_document(path), settings)


def validate_document(document: Document) -> Spec:
    """Return the Spec. Raises SpecError with every diagnostic of the document, in file order."""
    try:
        spec = Spec.model_validate(document.values)
    except ValidationError as error:
        raise SpecError(*_one_for_each_place(document.diagnostics, diagnose(error, document))) from None
    if document.diagnostics:
        raise SpecError(*document.diagnostics)
    name = spec.name or re.sub(r"[^A-Za-z0-9_. -]", "-", document.path.stem).lstrip("-_. ") or "model"
    return spec.model_copy(update={"name": name})


def _one_for_each_place(unread: Sequence[Diagnostic], others: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return one diagnostic for each span: that of the YAML reader, unless another one has a fix."""
    fixed = {diagnostic.span for diagnostic in others if diagnostic.fix}
    reported = {diagnostic.span for diagnostic in unread} - fixed
    first = [diagnostic for diagnostic in unread if diagnostic.span not in fixed]
    return sort_by_position([*first, *(diagnostic for diagnostic in others if diagnostic.span not in reported)])

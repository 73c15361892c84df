"""Write the certain fixes into a spec, without changes to comments, order and line endings."""

import codecs
from pathlib import Path

from tdcli.runs.files import write_whole
from tdcli.services.specs.compile import compile_document
from tdcli.services.specs.proof import is_resolved
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.document import read_text
from tdcli.text.edits import apply_edits
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document

MAX_ROUNDS = 200
"""A fix may uncover another error, which is fixed in the next round."""


def fix_spec(path: Path) -> int:
    """Fix errors in place and return the number of edits. A file without certain fixes is not written.

    Each fix is tried before it is kept. Raises SpecError if the file cannot be read, ExecutionError if it cannot be
    written.
    """
    text, count = read_text(path), 0
    for _ in range(MAX_ROUNDS):
        fixed, edits = _fix_once(text, path)
        if not edits:
            break
        text, count = fixed, count + edits
    if count:
        real = path.resolve()
        mark = codecs.BOM_UTF8 if real.read_bytes().startswith(codecs.BOM_UTF8) else b""
        write_whole(real, lambda part: part.write_bytes(mark + text.encode()))
    return count


def _fix_once(text: str, path: Path) -> tuple[str, int]:
    """Return the text with all fixes if they work together, else with the first of them, and the number of edits."""
    found = _diagnose_text(text, path)
    fixable = [each for each in found if each.fix and all(edit.span.path == str(path) for edit in each.fix)]
    edits = {edit for each in fixable for edit in each.fix}
    if not edits:
        return text, 0
    together = apply_edits(text, edits)
    after = _diagnose_text(together, path)
    if all(is_resolved(each, found, after) for each in fixable):
        return together, len(edits)
    return apply_edits(text, fixable[0].fix), len(fixable[0].fix)


def _diagnose_text(text: str, path: Path) -> tuple[Diagnostic, ...]:
    """Return the errors of a text. Each fix has been tried separately."""
    try:
        compile_document(parse_document(text, path))
    except SpecError as error:
        return error.diagnostics
    return ()

"""The certain fixes written into a spec; comments, order and line ends stay as they are."""

import codecs
from pathlib import Path

from tdcli.runs.files import write_whole
from tdcli.services.specs.compile import compile_document
from tdcli.services.specs.proof import leads_on
from tdcli.text.diagnostic import Diagnostic, UserError
from tdcli.text.document import read_text
from tdcli.text.edits import apply_edits
from tdcli.text.yaml_reader import parse_document

MOST_ROUNDS = 200
"""One fix may bring another fault to light."""


def fix_spec(path: Path) -> int:
    """Mend what is certain and return how many faults that were; the file is left alone where it is none.

    Each fix is tried before it is kept. Raises UserError where the file cannot be read, WorkFailure where it cannot
    be written.
    """
    text, count = read_text(path), 0
    for _ in range(MOST_ROUNDS):
        mended, more = _mended(text, path)
        if not more:
            break
        text, count = mended, count + more
    if count:
        real = path.resolve()
        mark = codecs.BOM_UTF8 if real.read_bytes().startswith(codecs.BOM_UTF8) else b""
        write_whole(real, lambda part: part.write_bytes(mark + text.encode()))
    return count


def _mended(text: str, path: Path) -> tuple[str, int]:
    """Return the text with all fixes that go together, or the first of them alone, and how many edits those are."""
    faults = _faults(text, path)
    fixed = [each for each in faults if each.fix and all(edit.span.path == str(path) for edit in each.fix)]
    edits = {edit for each in fixed for edit in each.fix}
    if not edits:
        return text, 0
    together = apply_edits(text, edits)
    after = _faults(together, path)
    if all(leads_on(each, faults, after) for each in fixed):
        return together, len(edits)
    return apply_edits(text, fixed[0].fix), len(fixed[0].fix)


def _faults(text: str, path: Path) -> tuple[Diagnostic, ...]:
    """Return what is wrong; the fixes among it are tried one by one."""
    try:
        compile_document(parse_document(text, path))
    except UserError as error:
        return error.diagnostics
    return ()

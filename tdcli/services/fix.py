"""The certain fixes written into a spec; comments, order and line ends stay as they are."""

import codecs
from pathlib import Path

from tdcli.runs.files import write_whole
from tdcli.services.compile import compile_document
from tdcli.text.diagnostic import Edit, UserError
from tdcli.text.document import read_text
from tdcli.text.fix import applied
from tdcli.text.yaml_reader import parse_document

MOST_ROUNDS = 10
"""One fix may bring another fault to light."""


def fix_spec(path: Path) -> int:
    """Mend what is certain and return how many faults that were; the file is left alone where it is none.

    Raises UserError where the file cannot be read, WorkFailure where it cannot be written.
    """
    text, count = read_text(path), 0
    for _ in range(MOST_ROUNDS):
        edits = _edits(text, path)
        if not edits:
            break
        text, count = applied(text, edits), count + len(edits)
    if count:
        real = path.resolve()
        mark = codecs.BOM_UTF8 if real.read_bytes().startswith(codecs.BOM_UTF8) else b""
        write_whole(real, lambda part: part.write_bytes(mark + text.encode()))
    return count


def _edits(text: str, path: Path) -> set[Edit]:
    try:
        compile_document(parse_document(text, path))
    except UserError as error:
        return {edit for each in error.diagnostics for edit in each.fix if edit.span.path == str(path)}
    return set()

"""Standard input, line by line as it comes."""

import codecs
import os
import sys
from collections.abc import Iterator

from tdcli.text.diagnostic import UserError

PIPE = "-"
"""What stands for standard input in place of a file."""

CHUNK_BYTES = 2**16


def lines_as_they_come(encoding: str = "utf-8-sig") -> Iterator[list[str]]:
    """Yield the whole lines that are there, again and again, waiting where there are none.

    A line break in double quotes ends no line. Raises UserError for text that is in another encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    rest = ""
    try:
        while chunk := os.read(sys.stdin.fileno(), CHUNK_BYTES):
            rest += decoder.decode(chunk)
            whole, _, begun = rest.rpartition("\n")
            if whole and whole.count('"') % 2 == 0:
                rest = begun
                yield whole.splitlines()
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding == "utf-8-sig" else encoding
        message = f"standard input is not {name} text (byte {error.start})"
        raise UserError.of("unreadable-data", message, f"send CSV in {name}") from None
    if rest.strip():
        yield rest.splitlines()

"""Read standard input line by line as it arrives."""

import codecs
import io
import os
import sys
from collections.abc import Iterator

from tdcli.text.errors import SpecError

PIPE = "-"
"""The name of standard input in place of a file."""

STDIN_CHUNK_BYTES = 2**16

LONGEST_STDIN_LINE = 2**22
"""Maximum characters per line. 20,000 columns of numbers need a tenth of it."""


def read_stdin_lines(encoding: str = "utf-8") -> Iterator[list[str]]:
    """Yield the available lines with their line endings, and wait for more.

    A byte order mark decides before `encoding`, as in a file. Raises SpecError for text in another encoding, for a line
    without an end, and where standard input cannot be read.
    """
    text, number = _StdinText(encoding), 1
    rest = ""
    for piece in text.pieces():
        lines = io.StringIO(rest + piece, newline="").readlines()
        rest = "" if not lines or lines[-1].endswith("\n") else lines.pop()
        if len(rest) > LONGEST_STDIN_LINE:
            message = f"line {number + len(lines)} of standard input has more than {LONGEST_STDIN_LINE:,} characters"
            raise SpecError.of("unreadable-data", message, "end each row with a line feed")
        number += len(lines)
        if lines:
            yield lines
    if rest:
        yield [rest]


class _StdinText:
    """The text of standard input, in the encoding of its byte order mark."""

    def __init__(self, encoding: str) -> None:
        self.encoding, self.taken = encoding, 0
        self.decoder: codecs.IncrementalDecoder | None = None

    def pieces(self) -> Iterator[str]:
        while chunk := _read_chunk():
            yield self._decoded(chunk)
        yield self._decoded(b"", final=True)

    def _decoded(self, chunk: bytes, *, final: bool = False) -> str:
        if self.decoder is None:
            from tdcli.sources.tables.text import BYTE_ORDER_MARKS

            marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if chunk.startswith(mark)), None)
            self.encoding = marked or self.encoding
            self.decoder = codecs.getincrementaldecoder(self.encoding)()
        kept = len(self.decoder.getstate()[0])
        try:
            text = self.decoder.decode(chunk, final)
        except UnicodeError as error:
            place = self.taken - kept + getattr(error, "start", 0)
            name = "UTF-8" if self.encoding in ("utf-8", "utf-8-sig") else self.encoding
            message = f"standard input is not {name} text (byte {place})"
            raise SpecError.of("unreadable-data", message, f"send CSV in {name}") from None
        self.taken += len(chunk)
        return text


def _read_chunk() -> bytes:
    try:
        return os.read(sys.stdin.fileno(), STDIN_CHUNK_BYTES)
    except OSError as error:
        message = f"standard input cannot be read: {error.strerror or error}"
        raise SpecError.of("unreadable-data", message, "send CSV, or give a file with `--data FILE`") from None

"""Make text safe to print: escape characters that control a terminal, hide text or reverse it, and shorten values."""

import re

LONGEST_VALUE = 80
"""The maximum length of a quoted value in a message. The middle of longer values is removed."""

LONGEST_PATH = 300
"""The maximum length of a path. It is longer, because the end of a path matters most."""

_STEERING = (
    r"\x00-\x08\x0b-\x1f"  # C0 except tab and line feed: ESC, carriage return, backspace, ...
    r"\x7f-\x9f"  # DEL and C1
    r"\u2028-\u202e\u2066-\u2069"  # line separators, bidirectional embeddings and isolates
    r"\ud800-\udfff"  # bytes of a file name that are not UTF-8
    r"\ufeff"  # the byte order mark, which has no width
    r"\ufff9-\ufffb\ufffe\uffff"  # interlinear annotations, noncharacters
)
_NAMED = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}


def _escape_character(found: re.Match[str]) -> str:
    """Return the escape of a character. Beyond C0, its form is the same in YAML, JSON and Python."""
    code = ord(found[0])
    return _NAMED.get(found[0]) or (rf"\x{code:02x}" if code < 0x20 else rf"\u{code:04x}")


_IN_LINES = re.compile(f"[{_STEERING}]")
_ON_ONE_LINE = re.compile(rf"[\t\n{_STEERING}]")
_VALUE = re.compile(r"`([^`]+)`|\S{100,}")


def escape_controls(text: str) -> str:
    r"""Return the text with control characters escaped, except line feeds and tabs.

    >>> escape_controls("\x1b[31mred\n\u202e")
    '\\x1b[31mred\n\\u202e'
    """
    return text if text.isascii() and text.isprintable() else _IN_LINES.sub(_escape_character, text)


def escape_lines(text: str) -> str:
    r"""Return the text with all control characters escaped, for a text on one line such as a name.

    >>> escape_lines("two\nlines")
    'two\\nlines'
    """
    return text if text.isascii() and text.isprintable() else _ON_ONE_LINE.sub(_escape_character, text)


def truncate(text: str, longest: int = LONGEST_VALUE) -> str:
    """Return the text with its middle removed if it is longer than `longest` characters.

    >>> truncate("from the beginning to the end", 15)
    'from the … end'
    """
    if len(text) <= longest:
        return text
    tail = longest // 4
    return f"{text[: longest - tail - 3].rstrip()} … {text[-tail:].lstrip()}"


def shorten_values(message: str) -> str:
    """Return a message on one line with long values shortened."""
    return _VALUE.sub(_brief_value, escape_lines(message))


def _brief_value(found: re.Match[str]) -> str:
    value, mark = (found[1], "`") if found[1] else (found[0], "")
    is_path = "/" in value and " " not in value
    return f"{mark}{truncate(value, LONGEST_PATH if is_path else LONGEST_VALUE)}{mark}"

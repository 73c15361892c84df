"""Text as it is shown: characters that steer a terminal, hide text or reverse it are spelled out."""

import re

LONGEST_VALUE = 80
"""Characters of a quoted value in a message; a longer one loses its middle."""

LONGEST_PATH = 300
"""The same for a path, whose end matters most."""

_STEERING = (
    *range(0x20),  # C0: ESC, carriage return, backspace, ...
    *range(0x7F, 0xA0),  # DEL and C1
    *range(0x2028, 0x202F),  # line separators and bidirectional embeddings
    *range(0x2066, 0x206A),  # bidirectional isolates
    *range(0xD800, 0xE000),  # bytes of a file name that are not UTF-8
    0xFEFF,  # the byte order mark, which has no width
    *range(0xFFF9, 0xFFFC),  # interlinear annotations
    0xFFFE,
    0xFFFF,
)
_NAMED = {"\n": r"\n", "\t": r"\t", "\r": r"\r"}


def _spelled(code: int) -> str:
    """Return the escape of a character; those beyond C0 are written as YAML, JSON and Python all read them."""
    return _NAMED.get(chr(code)) or (rf"\x{code:02x}" if code < 0x20 else rf"\u{code:04x}")


_IN_LINES = {code: _spelled(code) for code in _STEERING if chr(code) not in "\n\t"}
_ON_ONE_LINE = {code: _spelled(code) for code in _STEERING}
_VALUE = re.compile(r"`([^`]+)`|\S{100,}")


def visible(text: str) -> str:
    r"""Return the text with control characters spelled out; line feeds and tabs stay.

    >>> visible("\x1b[31mred\n\u202e")
    '\\x1b[31mred\n\\u202e'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_IN_LINES)


def on_one_line(text: str) -> str:
    r"""Return the same for a text that takes one line, such as a name.

    >>> on_one_line("two\nlines")
    'two\\nlines'
    """
    return text if text.isascii() and text.isprintable() else text.translate(_ON_ONE_LINE)


def shortened(text: str, longest: int = LONGEST_VALUE) -> str:
    """Return a text without its middle where it is longer than that.

    >>> shortened("from the beginning to the end", 15)
    'from the … end'
    """
    if len(text) <= longest:
        return text
    tail = longest // 4
    return f"{text[: longest - tail - 3].rstrip()} … {text[-tail:].lstrip()}"


def brief(message: str) -> str:
    """Return a message on one line, with each long value in it shortened."""
    return _VALUE.sub(_brief_value, on_one_line(message))


def _brief_value(found: re.Match[str]) -> str:
    value, mark = (found[1], "`") if found[1] else (found[0], "")
    is_path = "/" in value and " " not in value
    return f"{mark}{shortened(value, LONGEST_PATH if is_path else LONGEST_VALUE)}{mark}"

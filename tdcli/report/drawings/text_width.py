"""How wide a text is, for lines that must not be longer than their column."""

_WIDTHS = {
    "'ijl": 0.28,
    " ,.·IJ": 0.32,
    "/:;\\|f-": 0.36,
    "()[]!tr": 0.41,
    '"*?_`sz': 0.53,
    "cLFkvxy": 0.6,
    "TYaeoE": 0.63,
    "bdghnpqu$0123456789{}SP": 0.65,
    "KAVXZBRC": 0.7,
    "UNHDGOQ&": 0.79,
    "w#+<=>^~": 0.84,
}
"""Of the letters of DejaVu Sans, in their size."""

_WIDEST = 1.0
_BOLD = 0.08
"""By how much bold letters are wider."""

ELLIPSIS = "…"


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return a width that DejaVu Sans, one of the widest fonts on screens, stays below."""
    widths = (next((width for letters, width in _WIDTHS.items() if letter in letters), _WIDEST) for letter in text)
    return size * (sum(widths) + _BOLD * bold * len(text))


def wrap_text(text: str, width: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Return lines of at most this width, broken behind spaces and opening brackets.

    >>> wrap_text("TimeDistributed(Bidirectional(LSTM))", 200, 13)
    ('TimeDistributed(', 'Bidirectional(LSTM))')
    >>> wrap_text("one set of weights", 80, 12), wrap_text("unbreakable", 40, 12)
    (('one set of', 'weights'), ('unb…',))
    """
    lines = [""]
    for part in text.replace("(", "(\n").replace(" ", " \n").split("\n"):
        if lines[-1] and text_width((lines[-1] + part).rstrip(), size, bold=bold) > width:
            lines.append("")
        lines[-1] += part
    return tuple(cut_text(line.rstrip(), width, size, bold=bold) for line in lines if line.strip())


def cut_text(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Return a text that is at most so wide; what is left out is an ellipsis."""
    if text_width(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and text_width(kept + ELLIPSIS, size, bold=bold) > width:
        kept = kept[:-1]
    return kept + ELLIPSIS

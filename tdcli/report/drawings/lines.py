"""The lines of captions, and of the head of a drawing."""

from dataclasses import dataclass

from tdcli.report.drawings.captions import Caption
from tdcli.report.drawings.measures import Measures
from tdcli.report.drawings.text_width import cut_text, text_width, wrap_text

LINE_HEIGHT = 1.25
"""Of a line of text, in its size: DejaVu Sans is 1.164 high, and browsers round that up."""

ASCENT = 0.97
"""From the top of a line to the baseline of its text, in its size: DejaVu Sans rises 0.928 above it."""


@dataclass(frozen=True)
class TextLine:
    """A line: a text at the left, and perhaps a detail at the right."""

    left: str
    kind: str
    size: float
    right: str = ""


def lines_height(lines: tuple[TextLine, ...]) -> float:
    """Return the height of lines."""
    return sum(line.size * LINE_HEIGHT for line in lines)


def head_lines(title: str, sentences: tuple[str, ...], measures: Measures) -> tuple[TextLine, ...]:
    """Return the title, and below it the sentences that say how to read the drawing."""
    width = measures.width - 2 * measures.margin
    name = TextLine(cut_text(title, width, measures.title, bold=True), "title", measures.title)
    return name, *(line for sentence in sentences for line in _details(sentence, measures, width))


def caption_lines(caption: Caption, measures: Measures, width: float) -> tuple[TextLine, ...]:
    """Return the lines of a caption; above a row, two texts share a line where there is room for both."""
    names = wrap_text(caption.name, width, measures.name, bold=True)
    named = [TextLine(name, "name", measures.name) for name in names]
    shaped = _details(caption.shape, measures, width)
    rest = [text for text in (caption.parameters, caption.use) if text]
    if measures.folded:
        named[-1] = _with_right(named[-1], caption.parameters, measures, width)
        rest = [text for text in rest if text != named[-1].right]
        shaped[-1] = _with_right(shaped[-1], rest[0] if rest else "", measures, width)
        rest = [text for text in rest if text != shaped[-1].right]
    return *named, *shaped, *(line for text in rest for line in _details(text, measures, width))


def _with_right(line: TextLine, text: str, measures: Measures, width: float) -> TextLine:
    """Put a detail at the right of a line, if there is room."""
    taken = text_width(line.left, line.size, bold=line.kind == "name") + text_width(text, measures.detail)
    fits = taken + measures.gutter <= width
    return TextLine(line.left, line.kind, line.size, text) if fits else line


def _details(text: str, measures: Measures, width: float) -> list[TextLine]:
    return [TextLine(line, "detail", measures.detail) for line in wrap_text(text, width, measures.detail)]

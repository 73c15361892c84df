"""A diagnostic as text: what, where with the line and a caret, why, help."""

from rich.text import Text

from tdcli.text.diagnostic import Diagnostic, Span

WIDEST_SOURCE = 160


def rendered(diagnostic: Diagnostic, has_lesson: bool) -> Text:
    """Render a fault in rustc's layout; it reads the same without colour."""
    text = Text()
    colour = "bold red" if diagnostic.severity == "error" else "bold yellow"
    text.append(f"{diagnostic.severity}[{diagnostic.name}]", colour).append(f": {diagnostic.message}\n", "bold")
    if diagnostic.span:
        text.append_text(_place(diagnostic.span, diagnostic.label))
    if diagnostic.why:
        text.append("why:  ", "cyan").append(f"{diagnostic.why}\n")
    helps = [*diagnostic.help, *([f"`tdcli explain {diagnostic.name}`"] if has_lesson else [])]
    for each in helps:
        text.append("help: ", "green").append(f"{each}\n")
    return text


def _place(span: Span, label: str) -> Text:
    number = str(span.line)
    margin = " " * len(number)
    text = Text().append(f"{margin} --> ", "blue").append(f"{span}\n")
    if not (span.source and span.column):
        return text
    source, column = _window(span)
    caret = "^" * min(span.width, max(1, len(source) - column + 1))
    text.append(f"{margin}  |\n", "blue")
    text.append(f"{number}  | ", "blue").append(f"{source}\n")
    text.append(f"{margin}  | ", "blue").append(" " * (column - 1) + caret + (f" {label}" if label else ""), "red")
    return text.append(f"\n{margin}  |\n", "blue")


def _window(span: Span) -> tuple[str, int]:
    """Cut a long line around the caret; a tab takes one column, as the caret assumes."""
    start = max(0, span.column - WIDEST_SOURCE // 2) if len(span.source) > WIDEST_SOURCE else 0
    source = span.source.replace("\t", " ")[start : start + WIDEST_SOURCE]
    return source, span.column - start

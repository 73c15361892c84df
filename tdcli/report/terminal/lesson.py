"""Render lessons for the terminal."""

import re
from collections.abc import Mapping

from rich.markdown import Markdown

from tdcli.report.terminal.table import TerminalTable


def render_lesson(page: str) -> Markdown:
    """Render a page. File names, which Markdown has behind the block's language, are shown above the block."""
    return Markdown(re.sub(r"^```(\w+) (\S+)$", r"`\2`\n```\1", page, flags=re.MULTILINE))


def render_lesson_list(titles: Mapping[str, str]) -> TerminalTable:
    """Return every lesson with its sentence."""
    table = TerminalTable.grid(padding=(0, 2))
    for name, title in titles.items():
        table.add_row(name, title)
    return table

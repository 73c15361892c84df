"""List and read the lessons: one Markdown page for each name of a diagnostic."""

from functools import cache
from pathlib import Path

import tdcli.lessons
from tdcli.text.errors import SpecError
from tdcli.text.nearest import nearest_name

_FOLDER = Path(tdcli.lessons.__path__[0])


@cache
def lesson_names() -> tuple[str, ...]:
    """Return the names of the diagnostics that have a lesson, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.md")))


def lesson_titles() -> dict[str, str]:
    """Return the first sentence of each lesson, by its name."""
    return {name: _first_sentence(read_lesson(name)) for name in lesson_names()}


def _first_sentence(page: str) -> str:
    """Return the paragraph under the title, on one line."""
    _, paragraph, *_ = page.split("\n\n")
    return " ".join(paragraph.split())


def read_lesson(name: str) -> str:
    """Return the Markdown of a lesson. Raises SpecError if there is none of that name."""
    if name not in lesson_names():
        close = nearest_name(name, lesson_names())
        help = f"did you mean `{close}`?" if close else "`tdcli explain` lists them all"
        raise SpecError.of("unknown-lesson", f"there is no lesson `{name}`", help)
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")

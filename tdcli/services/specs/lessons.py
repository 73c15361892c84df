"""List and read the lessons: one Markdown page for each diagnostic."""

from functools import cache
from pathlib import Path

import tdcli.lessons
from tdcli.text.errors import SpecError
from tdcli.text.nearest import nearest_name

_FOLDER = Path(tdcli.lessons.__path__[0])


@cache
def lesson_names() -> tuple[str, ...]:
    """Return the sorted names of the diagnostics that have a lesson."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.md")))


def lesson_titles() -> dict[str, str]:
    """Return the first sentence of each lesson by name."""
    return {name: _first_sentence(read_lesson(name)) for name in lesson_names()}


def _first_sentence(page: str) -> str:
    """Return the paragraph under the title, on one line."""
    _, paragraph, *_ = page.split("\n\n")
    return " ".join(paragraph.split())


def read_lesson(name: str) -> str:
    """Return the Markdown of a lesson. Raises SpecError if there is no lesson with that name."""
    if name not in lesson_names():
        close = nearest_name(name, lesson_names())
        help = f"did you mean `{close}`?" if close else "run `tdcli explain` to list all lessons"
        raise SpecError.of("unknown-lesson", f"there is no lesson `{name}`", help)
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")

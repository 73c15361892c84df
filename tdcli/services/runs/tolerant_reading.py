"""Read several runs, and skip damaged ones."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tdcli.text.errors import SpecError

Item = TypeVar("Item")
Content = TypeVar("Content")

OnDamaged = Callable[[SpecError], None]
"""Called with the errors of a run that is skipped."""


def read_intact(
    items: Iterable[Item], read: Callable[[Item], Content], on_damaged: OnDamaged | None = None, least: int = 1
) -> list[Content]:
    """Return the result of `read` for each item, without those that cannot be read.

    Raises SpecError with all errors if `on_damaged` is None, or if fewer than `least` items are left.
    """
    contents: list[Content] = []
    errors: list[SpecError] = []
    for item in items:
        try:
            contents.append(read(item))
        except SpecError as error:
            errors.append(error)
    if errors and (on_damaged is None or len(contents) < least):
        raise SpecError(*(diagnostic for damage in errors for diagnostic in damage.diagnostics))
    if on_damaged is not None:
        for damage in errors:
            on_damaged(damage)
    return contents

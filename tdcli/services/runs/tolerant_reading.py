"""Read several runs, and pass over damaged ones."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tdcli.text.errors import SpecError

Item = TypeVar("Item")
Content = TypeVar("Content")

OnDamaged = Callable[[SpecError], None]
"""Takes what is wrong with a run that is left out."""


def read_intact(
    items: Iterable[Item], read: Callable[[Item], Content], on_damaged: OnDamaged | None = None, least: int = 1
) -> list[Content]:
    """Return what is read of each, without those that cannot be read.

    Raises SpecError with the errors of all of them if `on_damaged` is None, or if fewer than `least` are left.
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

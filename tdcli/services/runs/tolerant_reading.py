"""Read several runs, and pass over damaged ones."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tdcli.text.diagnostic import UserError

Item = TypeVar("Item")
Content = TypeVar("Content")

OnDamaged = Callable[[UserError], None]
"""Takes what is wrong with a run that is left out."""


def read_intact(
    items: Iterable[Item], read: Callable[[Item], Content], on_damaged: OnDamaged | None = None, least: int = 1
) -> list[Content]:
    """Return what is read of each, without those that cannot be read.

    Raises UserError with the errors of all of them if `on_damaged` is None, or if fewer than `least` are left.
    """
    contents: list[Content] = []
    errors: list[UserError] = []
    for item in items:
        try:
            contents.append(read(item))
        except UserError as error:
            errors.append(error)
    if errors and (on_damaged is None or len(contents) < least):
        raise UserError(*(diagnostic for damage in errors for diagnostic in damage.diagnostics))
    if on_damaged is not None:
        for damage in errors:
            on_damaged(damage)
    return contents

"""Several runs read, of which one may be damaged without hiding the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from tdcli.text.diagnostic import UserError

Given = TypeVar("Given")
Found = TypeVar("Found")

Skipped = Callable[[UserError], None]
"""Takes what is wrong with one that is left out."""


def sound_ones(
    given: Iterable[Given], read: Callable[[Given], Found], skipped: Skipped | None = None, least: int = 1
) -> list[Found]:
    """Return what is read of each, without those that cannot be read.

    Raises UserError with the faults of all of them where nobody takes them, or fewer than `least` are left.
    """
    found: list[Found] = []
    errors: list[UserError] = []
    for each in given:
        try:
            found.append(read(each))
        except UserError as error:
            errors.append(error)
    if errors and (skipped is None or len(found) < least):
        raise UserError(*(diagnostic for fault in errors for diagnostic in fault.diagnostics))
    if skipped is not None:
        for fault in errors:
            skipped(fault)
    return found

"""Turn any error that a library raises for a damaged file into an error of that file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tdcli.text.change import AnyHelp
from tdcli.text.errors import TdcliError

LONGEST_REASON = 200

PANIC = "PanicException"
"""The class name of Rust panics in Python. They are not Exceptions, and each library has its own class."""


class ReadingError(ValueError):
    """A file cannot be read. `help` explains what to do."""

    def __init__(self, message: str, help: AnyHelp, name: str = "unreadable-data") -> None:
        super().__init__(message)
        self.help, self.name = help, name


@contextmanager
def translate_errors(error_of: Callable[[str], Exception]) -> Iterator[None]:
    """Replace any error of a library with the one that `error_of` makes from its reason. Also works as a decorator.

    For damaged files, libraries raise errors of so many classes that no list would cover them.
    """
    try:
        yield
    except (ReadingError, TdcliError):
        raise
    except MemoryError:
        raise error_of("it needs more memory than is available") from None
    except Exception as error:
        raise error_of(error_reason(error)) from None
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise error_of(error_reason(error)) from None


def error_reason(error: BaseException) -> str:
    """Return the message of a library's error on one line.

    >>> error_reason(ValueError("bad magic")), error_reason(EOFError()), error_reason(KeyError("x"))
    ('bad magic', 'EOFError', "KeyError: 'x'")
    """
    text = getattr(error, "strerror", None) or str(error).strip()
    first = (text.splitlines() or [""])[0][:LONGEST_REASON].rstrip(".")
    if not first:
        return type(error).__name__
    return f"{type(error).__name__}: {first}" if isinstance(error, LookupError) else first

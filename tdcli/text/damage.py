"""What a library raises of a damaged file, turned into a fault of that file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tdcli.text.diagnostic import Fault

LONGEST_REASON = 200

_NO_DAMAGE = (Fault, KeyboardInterrupt, SystemExit, GeneratorExit)


class ReadingError(ValueError):
    """Why a file cannot be read; `help` says what to do."""

    def __init__(self, message: str, help: str, name: str = "unreadable-data") -> None:
        super().__init__(message)
        self.help, self.name = help, name


@contextmanager
def damage_as(fault: Callable[[str], Exception]) -> Iterator[None]:
    """Raise the fault that is made of a reason in place of whatever a library raises; also a decorator.

    Libraries raise what their own code happens to run into, and Rust's panics are no Exception.
    """
    try:
        yield
    except (ReadingError, *_NO_DAMAGE):
        raise
    except MemoryError:
        raise fault("it asks for more memory than there is") from None
    except BaseException as error:
        raise fault(reason_of(error)) from None


def reason_of(error: BaseException) -> str:
    """Return what a library says is wrong, in one line.

    >>> reason_of(ValueError("bad magic\\nstack")), reason_of(EOFError()), reason_of(KeyError("x"))
    ('bad magic', 'EOFError', "KeyError: 'x'")
    """
    text = getattr(error, "strerror", None) or str(error).strip()
    first = (text.splitlines() or [""])[0][:LONGEST_REASON].rstrip(".")
    if not first:
        return type(error).__name__
    return f"{type(error).__name__}: {first}" if isinstance(error, LookupError) else first

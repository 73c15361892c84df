"""The folder is the registry: names that users write are matched against a package's files.

A user's text never reaches Python's import system: only a name that stands in the
listing is imported.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType


@cache
def modules(package: str) -> tuple[str, ...]:
    """Return the public module names of a package, sorted, without importing them."""
    folder = import_module(package).__path__[0]
    names = (path.stem for path in Path(folder).glob("*.py"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def module(package: str, name: str) -> ModuleType | None:
    """Import `name` from the package's folder; None if no such file is listed there."""
    return import_module(f"{package}.{name}") if name in modules(package) else None

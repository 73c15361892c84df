"""Folders as registries: names in specs are matched against the files of a package.

A user's text never reaches Python's import system. Only names of existing files are imported.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType


@cache
def module_names(package: str) -> tuple[str, ...]:
    """Return the public module names of a package, sorted, without importing them."""
    folder = import_module(package).__path__[0]
    names = (path.stem for path in Path(folder).glob("*.py"))
    return tuple(sorted(name for name in names if not name.startswith("_")))


def find_module(package: str, name: str) -> ModuleType | None:
    """Import a listed module of a package; None if there is no such file."""
    return import_module(f"{package}.{name}") if name in module_names(package) else None

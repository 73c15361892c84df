"""Headers that the standard library cannot read: columns of Parquet and Excel files, datasets of HDF5 files."""

from types import ModuleType

from tdcli.text.registry import find_module

_PACKAGE = "tdcli.data.headers"


def header_reader(format: str) -> ModuleType:
    """Return the module of `tdcli/data/headers` that reads a format, loading NumPy or Polars only now."""
    found = find_module(_PACKAGE, format)
    if found is None:
        raise LookupError(f"there is no `tdcli/data/headers/{format}.py`")
    return found

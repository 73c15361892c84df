"""Find readers of headers that the standard library cannot read: those of Parquet, Excel and HDF5 files."""

from types import ModuleType

from tdcli.text.registry import find_module

_PACKAGE = "tdcli.data.headers"


def header_reader(format: str) -> ModuleType:
    """Import and return the module of `tdcli/data/headers` that reads a format. This loads NumPy or Polars."""
    found = find_module(_PACKAGE, format)
    if found is None:
        raise LookupError(f"there is no `tdcli/data/headers/{format}.py`")
    return found

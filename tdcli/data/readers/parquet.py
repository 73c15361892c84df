"""Read sections of `source: parquet` like those of `source: csv`. The file ending decides how a table is read."""

from tdcli.data.readers.csv import load, load_file

__all__ = ["load", "load_file"]

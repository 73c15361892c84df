"""Sections of `source: parquet`, which are those of `source: csv`: a table's file is read by its ending."""

from tdcli.data.readers.csv import load, load_file

__all__ = ["load", "load_file"]

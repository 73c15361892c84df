"""Parquet tables. The section has the same keys as `source: csv`."""

from tdcli.sources.csv import Csv


class Parquet(Csv):
    """The `source: parquet` section."""

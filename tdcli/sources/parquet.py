"""Parquet tables: what stands in a `source: csv` section stands here as well."""

from tdcli.sources.csv import Csv


class Parquet(Csv):
    """The `source: parquet` section."""

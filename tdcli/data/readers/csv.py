"""Read sections of `source: csv`: tables in text, Parquet, Excel, ARFF and `.ts` files."""

from collections.abc import Mapping
from typing import Any

from tdcli.data.dataset import Dataset, Part
from tdcli.data.load import FileRequest, LoadRequest
from tdcli.data.tables.load_table import layout_of, load_table_file, read_tables, split_table, table_dataset
from tdcli.data.tables.rows import clean_table
from tdcli.signature import Signature
from tdcli.sources.tables.table import Table


def load(section: Table, request: LoadRequest) -> Dataset:
    """Read a table, clean, cut, encode and split it. Raises SpecError with the file and the first bad cell."""
    layout, fitted = layout_of(section, request.signature), request.fitted
    cells = read_tables(section, layout, section.files(request.folder), request.split)
    formats = tuple((fitted or {}).get("time_formats", ()))
    rows = clean_table(cells.pop("train").with_times_as(formats), layout.cleaning)
    parts = split_table(layout, rows, cells, request.split, request.seed, fitted)
    return table_dataset(section, parts, fitted, judged=request.judged)


def load_file(section: Table, request: FileRequest, signature: Signature, fitted: Mapping[str, Any]) -> Part:
    """Read another table. If its target column is missing, and is not a feature, y is None."""
    return load_table_file(section, request, signature, fitted)

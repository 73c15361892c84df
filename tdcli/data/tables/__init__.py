"""Tables to samples: cells, rows in order, then windows or sequences.

`load_table.py` is the whole way: a `ColumnRequest` to `Cells` (`files/`), these in order (`order/`) to clean `Rows`
(`rows.py`, `filling.py`), these to `TableSamples` (`windows.py` or `sequences.py`) and to a `TablePart` for each part
(`table_part.py`), with the features that `encoding.py` makes. `baselines.py`, `past.py` and `season.py` compute
forecasts without a model.
"""

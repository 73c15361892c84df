"""Converts tables into samples: reads cells, orders rows, then cuts windows or sequences.

Start with `load_table.py`. A `ColumnRequest` is read into `Cells` (`files/`). These are ordered (`order/`) and become
clean `Rows` (`rows.py`, `filling.py`). The rows are cut into `TableSamples` (`windows.py` or `sequences.py`), and each
part becomes a `TablePart` (`table_part.py`) with the features from `encoding.py`. `baselines.py`, `past.py` and
`season.py` compute forecasts without a model.
"""

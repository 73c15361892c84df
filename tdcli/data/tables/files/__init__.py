"""A table's file to cells: one file a format.

`column_request.py` says which columns are wanted and how their cells are read. `reading.py`
reads files with the `from_*.py` of their format into the `Cells` of `cells.py`.
"""

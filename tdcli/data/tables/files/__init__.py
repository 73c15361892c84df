"""A table's file to cells: one file a format.

`column_request.py` says which columns are wanted and how their cells are read. A `from_*.py` reads a file into the
`Cells` of `cells.py`, whatever its format.
"""

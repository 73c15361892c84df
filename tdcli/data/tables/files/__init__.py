"""Read the cells of table files: one module for each format.

`column_request.py` describes the requested columns and their types. `reading.py` reads files with the `from_*.py` of
their format into the `Cells` of `cells.py`.
"""

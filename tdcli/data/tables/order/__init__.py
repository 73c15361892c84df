"""The order of a table's rows.

`row_keys.py` reads the columns by which rows are ordered, and `time_columns.py` joins several columns of times.
`ordering.py` sorts the rows. `time_errors.py` reports cells that cannot be used to order rows.
"""

"""The order of a table's rows.

`row_keys.py` tells rows apart by time and group, `time_columns.py` reads their times, and `ordering.py` sorts them.
`time_errors.py` says what is wrong with times that cannot be sorted by.
"""

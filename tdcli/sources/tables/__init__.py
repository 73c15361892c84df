"""The sections of tables, and the headers of table files.

`table.py` is the base of `windows.py` and `sequences.py`. `header.py` reads the column names in the dialect of
`dialect.py`, which `dialect_guess.py` can guess. `time_formats.py` has the known formats of times.
"""

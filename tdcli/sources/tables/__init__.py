"""The sections of tables, and the headers of table files.

`table.py` is the base of `windows.py` and `sequences.py`. `header.py` reads the first rows in the dialect of
`dialect.py`; `dialect_guess.py` tells it where the spec does not. `time_formats.py` holds the known ways to write
times.
"""

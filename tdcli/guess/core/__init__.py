"""The steps of a guess, whatever the file.

For a table: `table_file.py` reads it, `columns.py` tells what columns hold, `times.py`, `keys.py` and `groups.py`
find time and series, `targets.py` picks the target, `windows.py` or `sequences.py` choose sizes, and
`series_split.py` the parts. `layers.py` writes the first layers and the outputs, `page.py` the spec with its comments.
"""

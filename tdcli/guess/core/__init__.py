"""The steps of a guess, shared by all file types.

For a table, `table_file.py` reads the file and `columns.py` describes its columns. `times.py`, `keys.py` and
`groups.py` find the times and the series, `targets.py` the target. `windows.py` or `sequences.py` choose the sizes,
`series_split.py` the split. `layers.py` writes layers and outputs, `page.py` the spec with its comments.
"""

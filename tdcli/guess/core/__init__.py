"""The steps of a guess, whatever the file.

For a table: `columns.py` tells what columns hold, `times.py`, `keys.py` and `groups.py` find time and series,
`targets.py` picks the target, `windows.py` or `sequences.py` choose sizes. `page.py` writes the spec with its
comments.
"""

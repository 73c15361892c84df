"""Render tables and lines for a terminal, and the same values as JSON.

One file for each kind of value, named after it, with a function that returns a Rich renderable or JSON. `table.py`
and `long_table.py` are the tables, `figures.py` formats numbers.
"""

"""Runs listed, compared, watched and reported.

`list.py` summarizes run folders, `watch.py` follows one that trains, `diff.py` compares two specs, and `report.py`
collects what a page shows. `sound.py` skips damaged runs with a warning.
"""

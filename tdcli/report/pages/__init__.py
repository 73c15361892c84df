"""Self-contained HTML pages.

`run.py`, `repeats.py` and `study.py` collect the values for the template of the same name, and `html.py`
renders it with everything escaped. `frames.py` turns frames into pictures inside the page.
"""

"""HTML pages that stand alone.

`run.py`, `repeats.py` and `study.py` collect what the template of the same name shows, and `html.py` renders it with
everything escaped. `frames.py` turns frames into pictures inside the page.
"""

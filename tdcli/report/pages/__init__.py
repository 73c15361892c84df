"""HTML pages that stand alone.

A `page*.py` collects what its template shows, and `html.py` renders the template with everything escaped. `frames.py`
turns frames into pictures inside the page.
"""

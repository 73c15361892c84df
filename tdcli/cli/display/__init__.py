"""Progress bars and live lines.

`progress.py` shows a training: a live display in a terminal, a line an epoch elsewhere, or JSON. `reading.py` shows
how far a slow reader is.
"""

"""Charts, drawn by Matplotlib.

`training.py`, `evaluation.py` and `study.py` return figures, which `style.py` turns into SVG for pages or PNG for
files. `rasterize.py` turns a drawing into pixels.
"""

"""Charts, drawn by Matplotlib.

`training.py`, `evaluation.py` and `study.py` return figures, which `style.py` turns into SVG for pages or PNG for
files, and `write.py` writes. `rasterize.py` turns a drawing into pixels, which `write_drawing.py` writes. `output.py`
checks beforehand where to.
"""

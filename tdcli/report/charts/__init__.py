"""Charts, drawn by Matplotlib.

`charts.py` draws evaluations and learning curves, `charts_study.py` searches. Both return figures, which become SVG
for pages or PNG for files. `rasterize.py` turns a drawing into pixels.
"""

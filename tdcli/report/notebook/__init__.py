"""HTML in a notebook's cell, readable in its light and its dark theme.

`tables.py` turns what a terminal shows into HTML, `training.py` shows a training that goes on, and `curves.py` draws
its curves. Colours stand out from white and from black; all else has the colour of the notebook's own text. A notebook
that is not trusted shows tables, their style and images, but neither style sheets nor SVG among the HTML.
"""

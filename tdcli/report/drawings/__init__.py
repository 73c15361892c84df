"""Drawings of a network, as SVG, with the standard library alone.

`network.py` draws a plan unrolled through time. `rows.py` says what is drawn: a row a layer, with its caption and the
rows that it reads. `layout.py` places the rows, with the captions beside them or above them. `outlines.py` draws the
layers, `arrows.py` what flows between them, both with the elements of `svg.py`. Loads fast, as `tdcli plot` needs no
data.
"""

"""Drawings of a network, as SVG, with the standard library alone.

`network.py` draws a plan unrolled through time with the elements of `svg.py`. Loads fast, as `tdcli plot` needs no
data.
"""

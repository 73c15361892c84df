"""Reads samples: NumPy, Polars and PyAV live here.

`load.py` joins a section of `sources/` with the reader of the same name in `readers/`, which reads it with `tables/`,
`arrays/` or `clips/`. `splitting.py` draws the parts, each of which becomes a `RawPart`. `assembly.py` encodes these
into a `Dataset`, with `labels.py` and `scaling.py`. Read `load.py`, then `dataset.py`. `lazy.py` reads samples on
demand.
"""

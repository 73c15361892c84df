"""Reads samples: NumPy, Polars and PyAV live here.

A section of `sources/` says what to read. Its reader in `readers/` reads it, with `tables/`, `arrays/` or `clips/`.
Every reader ends in a `Dataset` with a part for training, validation and test: read `dataset.py` first, then
`splitting.py`, `scaling.py` and `labels.py` for how parts are drawn and encoded. `lazy.py` reads samples on demand.
"""

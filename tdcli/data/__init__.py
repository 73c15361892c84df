"""Reads data files into samples, with NumPy, Polars and PyAV.

`load.py` passes a section of `sources/` to the reader of the same name in `readers/`. The reader uses `tables/`,
`arrays/` or `clips/`. `splitting.py` divides the samples into training, validation and test set. Each of them becomes
a `RawPart`. `assembly.py` encodes these parts into a `Dataset`, with the help of `labels.py` and `scaling.py`.
`lazy.py` reads samples on demand. Start with `load.py`, then read `dataset.py`.
"""

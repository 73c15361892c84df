"""Tables to samples: cells, rows in order, then windows or sequences.

`files/` reads the cells that a section asks for. `order/` sorts the rows by time and group. `filling.py` fills
missing cells, `encoding.py` turns texts into numbers, and `windows.py` or `sequences.py` cut the samples.
`baselines.py`, `past.py` and `season.py` compute forecasts without a model.
"""

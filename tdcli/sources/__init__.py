"""What a spec may say of data: one file a source. Reads headers, never samples.

A section checks its keys and compares the header of its files with the model. It is read by the reader of the same
name in `data/readers/`. Read `csv.py` and `tables/windows.py`, then `core/section.py`. Loads neither NumPy nor
Polars.
"""

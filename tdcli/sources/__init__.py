"""The `data` section of a spec, one file per source. Reads headers, never samples.

A section checks its keys and compares the header of its files with the model. The module of the same name in
`data/readers/` reads the samples. Start with `csv.py` and `tables/windows.py`, then read `core/section.py`. This
package loads neither NumPy nor Polars.
"""

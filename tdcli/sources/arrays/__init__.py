"""Headers of array files, read with the standard library alone.

`npy_header.py` reads the header of one array. `npy_files.py` compares the headers of all arrays of a dataset. `ends.py`
and `padded_in_front.py` detect padding.
"""

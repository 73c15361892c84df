"""Headers of array files, with the standard library alone.

`npy_header.py` reads the header of one array; `npy_files.py` finds the files and compares their headers. `ends.py`
and `padded_in_front.py` look for padding.
"""

"""Arrays in NPY, NPZ and HDF5 files.

`opened.py` decides whether a file is read at once or on demand. `stored_array.py` and `stored_hdf5.py` read it on
demand.
"""

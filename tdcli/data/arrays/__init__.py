"""Arrays in NPY, NPZ and HDF5 files."""

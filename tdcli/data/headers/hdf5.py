"""Datasets of HDF5 files, whose shapes and types only h5py can read."""

from tdcli.data.arrays.hdf5 import find_dataset, is_text

__all__ = ["find_dataset", "is_text"]

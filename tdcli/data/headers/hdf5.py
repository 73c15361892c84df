"""Datasets of HDF5 files, whose shapes and types only h5py can read."""

from tdcli.data.arrays.hdf5 import dataset_of, is_text

__all__ = ["dataset_of", "is_text"]

"""The first numbers of an array, which say what its targets are."""

from tdcli.data.arrays.array_files import first_array_numbers

__all__ = ["first_array_numbers"]

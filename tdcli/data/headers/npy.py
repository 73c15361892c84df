"""The first numbers of an array, from which the type of its targets is inferred."""

from tdcli.data.arrays.array_files import first_array_numbers

__all__ = ["first_array_numbers"]

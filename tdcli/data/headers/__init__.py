"""Readers of headers that need NumPy, Polars or h5py.

`tdcli.sources` imports none of these. It finds the reader of a format here by name, through
`tdcli.sources.core.headers`, and only for a file of that format.
"""

"""Model files, computed in their own runtimes: one file a format.

`core/registry.py` finds the format by a file's ending. A format reads the metadata that travels with the model and
computes outputs in batches. `nn/export/` writes these files.
"""

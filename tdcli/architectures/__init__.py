"""The kinds of model: one file per kind.

A kind is the `architecture` section of a spec. It reads the section and lowers it to a chain of layers for `plan/`.
Read `many_to_one.py`, then `layers.py`, the kind that lists every layer. `core/` has the code that kinds share.
"""

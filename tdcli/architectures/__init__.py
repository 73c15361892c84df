"""The kinds of model: one file each.

A kind is the `architecture` section of a spec. It reads the section and lowers it to a chain of layers, which `plan/`
follows. Read `many_to_one.py`, then `layers.py`, the kind that spells out every layer. `core/` holds what kinds
share.
"""

"""The readers: one file each, with the name of the source that it reads.

A reader gets a section of `sources/`, the folder of the spec and the signature of the model, and returns a `Dataset`.
"""

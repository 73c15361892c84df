"""The readers: one file for each source, with the name of the source.

A reader receives a section of `sources/`, the folder of the spec and the signature of the model. It returns a
`Dataset`.
"""

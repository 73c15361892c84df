"""Names of other libraries and of other versions of Keras, as tables.

If a name is unknown, `rows.py` looks it up in the TOML files of this folder, and the diagnostic suggests its name in a
spec. The files are only read then.
"""

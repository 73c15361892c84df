"""Names of other libraries and of other versions of Keras, as tables.

When a name is unknown, `rows.py` looks it up in the TOML files of this folder, and the diagnostic says what it is
called here. Nothing is read before that.
"""

"""What a command or a Python program calls. Composes the other packages; prints nothing.

Groups import only groups further down: `runs/` lists and reports; `tune/` searches and `export/` writes models;
`train/` trains; `evaluate/` scores and `init/` writes a first spec; `samples/` loads data; `specs/` compiles specs;
`machine/` knows processes and extras. `machine/` and `specs/` are light: they load neither NumPy nor TensorFlow.
"""

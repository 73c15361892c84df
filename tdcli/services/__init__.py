"""The services that commands and Python programs call. They compose the other packages and print nothing.

A group imports only groups after it in this list: `runs/` lists and reports runs. `tune/` searches, and `export/`
writes models. `train/` trains. `evaluate/` evaluates and predicts, and `init/` writes a first spec. `samples/` loads
data. `specs/` compiles specs. `machine/` handles processes, signals and extras. `machine/` and `specs/` are fast to
import, because they load neither NumPy nor TensorFlow.
"""

"""Specs compiled, explained, fixed and written out.

`compile.py` is the entry of nearly every command: text to a plan, or all diagnostics at once. `warnings.py` adds
likely mistakes and `proof.py` tries every help before it is shown. `defaults.py`, `expand.py`, `explain.py`, `fix.py`
and `resolve.py` write a compiled spec in other forms. Loads neither NumPy nor TensorFlow.
"""

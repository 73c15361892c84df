"""Specs: compiled, checked, explained, fixed and written out. Loads neither NumPy nor TensorFlow.

A document becomes a `Compiled` in `compile.py`, by way of `infer_plan.py`, which checks the input before it blames
a layer. `compile_run.py` does it for the spec of a run. `warnings.py` finds likely mistakes in what compiled, and
`check.py` does both. `proof.py` tries the helps of both before they are shown; `fix.py` writes the certain ones into
the file.
The rest reads a `Compiled`: `defaults.py`, `explain.py`, `expand.py`, `resolve.py`; or helps to type a spec:
`completion.py`, `editor.py`, `lessons.py`.
"""

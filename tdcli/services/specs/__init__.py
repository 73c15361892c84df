"""Compile, check, explain, fix and rewrite specs. Loads neither NumPy nor TensorFlow.

`compile.py` turns a document into a `Compiled`. It uses `infer_plan.py`, which checks the input before it reports a
layer. `compile_run.py` compiles the spec of a run. `warnings.py` finds likely mistakes in a `Compiled`, and `check.py`
does both. `proof.py` tries help texts before they are shown, and `fix.py` writes the certain fixes into the file.
`defaults.py`, `explain.py`, `expand.py` and `resolve.py` read a `Compiled`. `completion.py`, `editor.py` and
`lessons.py` help to write a spec.
"""

"""A model written for another runtime and compared with Keras.

`request.py` checks the options, `source.py` opens the model, `export.py` writes it and compares outputs. `build.py`
and `verify.py` build a model from a spec without training, and compare a plan with Keras.
"""

"""Keras's layers as shapes and counts: one file a family. A layer's fields are Keras's arguments.

Adding a layer is adding a file: `Conv2D` is looked for in `conv.py`, `GlobalMaxPooling1D` in `global_max_pooling.py`.
Read `dense.py` and `lstm.py`, then `core/base.py`. Nothing here imports Keras.
"""

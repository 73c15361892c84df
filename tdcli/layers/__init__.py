"""The shapes and parameter counts of Keras's layers: one file per family. A layer's fields are Keras's arguments.

To add a layer, add a file: `Conv2D` is looked up in `conv.py`, `GlobalMaxPooling1D` in `global_max_pooling.py`.
Read `dense.py` and `lstm.py`, then `core/base.py`. Nothing here imports Keras.
"""

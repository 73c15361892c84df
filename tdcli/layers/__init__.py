"""Keras's layers as shapes and counts. One file a family; a layer's fields are Keras's arguments.

Adding a layer is adding a file: `Conv2D` is looked for in `conv.py`, `GlobalMaxPooling1D`
in `global_max_pooling.py`. Nothing here imports Keras.
"""

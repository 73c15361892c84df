"""Convert samples to batches of tensors.

`tensors.py` copies arrays to the device. `batches.py` selects a batch of them inside a graph. `stream.py` reads samples
that do not fit into memory from their file.
"""

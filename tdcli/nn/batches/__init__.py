"""Samples to batches of tensors.

`tensors.py` moves arrays to the device, `batches.py` takes a batch of them inside a graph, and `stream.py` feeds
samples that do not fit into memory.
"""

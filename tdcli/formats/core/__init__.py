"""What the formats share, and the registry.

Read `registry.py`, then `base.py`. Files may come from anywhere: `untrusted.py`, `keras_weights.py`, `onnx_graph.py`
and `archive.py` look at them before a library loads them. `litert_worker.py` runs in a process of its own.
"""

"""The registry of formats and the code that they share.

Read `registry.py`, then `base.py`. Files may come from untrusted sources. `untrusted.py`, `keras_weights.py`,
`onnx_graph.py` and `archive.py` check them before a library loads them. `litert_worker.py` runs in a separate process.
"""

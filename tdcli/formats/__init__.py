"""Read model files and run them in their own runtimes. Each format has one module.

`core/registry.py` finds the format by the file extension. A format reads the metadata in the file and computes outputs
in batches. `nn/export/` writes these files.
"""

"""Builds and trains models: TensorFlow lives here.

Groups import only groups further down: `training/` fits a model, on `distributed/` devices, with `batches/` of
samples; `export/` writes models for other runtimes; `model/` builds them from a plan; `runtime/` starts TensorFlow.
"""

"""Build, train and export models with TensorFlow.

Each group imports only the groups after it. `training/` fits a model. `distributed/` trains on several devices or in
several processes. `batches/` reads samples in batches. `export/` writes models for other runtimes. `model/` builds a
Keras model from a plan. `runtime/` starts TensorFlow.
"""

"""Build, check, train and evaluate Keras sequence models described in YAML."""

import os

# Polars gives memory back at once, not after half a second: of a table of 10 million rows it would hold a third more.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")


__version__ = "0.1.0"

"""Build, check, train and evaluate Keras sequence models described in YAML."""

__version__ = "0.1.0"

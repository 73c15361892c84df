"""A spec as a plain Keras script."""

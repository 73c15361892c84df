"""A Keras model in the formats of other runtimes: one module a format, each with `write`."""

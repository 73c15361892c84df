"""A plan to a Keras model."""

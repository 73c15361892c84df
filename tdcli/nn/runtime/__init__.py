"""TensorFlow started, its memory, and this process's place in a cluster."""

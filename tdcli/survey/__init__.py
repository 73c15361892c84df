"""What data look like before training: figures and warnings, with nothing computed by TensorFlow."""

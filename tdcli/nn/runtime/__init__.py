"""TensorFlow started, its memory, and this process's place in a cluster.

`tensorflow.py` sets up TensorFlow and Keras and is imported first by all of `nn/`. `cluster.py` reads the cluster
from the environment and loads no TensorFlow, so that it can be asked before.
"""

"""Start TensorFlow, and read the cluster from the environment.

`tensorflow.py` sets up TensorFlow and Keras. All modules of `nn/` import them from there. `cluster.py` finds out which
process of a cluster this is. It does not load TensorFlow, so that it can be used first. `memory.py` reports failed
allocations.
"""

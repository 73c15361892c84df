"""One training on several devices and in several processes.

`rendezvous.py` lets processes find and check each other, `strategy.py` makes TensorFlow's strategy, `replicas.py`
shares batches out and sums gradients, and `optimizers.py` applies them.
"""

"""Run one training on several devices or in several processes.

`rendezvous.py` waits for all processes and compares their specs. `strategy.py` creates TensorFlow's strategy.
`replicas.py` divides batches among devices and sums gradients. `optimizers.py` applies the gradients.
"""

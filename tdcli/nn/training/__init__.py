"""The training loop.

`train.py` is the entry: it asks `setup.py` for a `Loop`, advances it, and writes checkpoints when `checkpoint.py`
says so. `loop.py` runs epochs in graph calls; `objective.py` is what is minimised, `schedule.py` the learning rate,
`best.py` the weights of the best epoch, and `divergence.py` explains a loss that is not finite.
"""

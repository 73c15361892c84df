"""The training loop.

`train.py` is the entry: it asks `setup.py` for a `Loop`, advances it, and writes checkpoints when `checkpoint.py`
says so. `loop.py` takes the steps of `steps.py`, each of which moves or judges the `problem.py`; `epochs.py` holds
where training stands, `state.py` all that it changes, by name. `objective.py` has loss and metrics, `schedule.py` the
learning rate, `best.py` the weights of the best epoch, and `divergence.py` explains a loss that is not finite.
"""

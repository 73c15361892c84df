"""Fit a model.

Start reading in `train.py`: it builds a `Loop` with `setup.py`, advances it, and writes a checkpoint when
`checkpoint.py` says that one is due. `loop.py` runs the steps of `steps.py`, which train or evaluate the model of
`problem.py`. `epochs.py` counts epochs and steps. `state.py` lists all variables of a training by name.
`objective.py` computes loss and metrics, `schedule.py` the learning rate. `best.py` keeps the weights of the best
epoch, and `divergence.py` explains a loss that is not finite.
"""

"""Training a spec into a run folder.

`start.py` chooses how to train. `train.py` trains once: `resume.py` and `origin.py` say where it starts, `job.py` what
is trained, `run_writer.py` writes the folder with `record.py` and `checkpoint.py`, `logs.py` passes results to other
tools. `repeats.py` and `train_repeats.py` train several times; `workers.py` starts and checks the processes of one
training. `environment.py` tells what this machine trains with.
"""

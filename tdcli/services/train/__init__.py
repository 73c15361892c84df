"""Train a spec into a run folder.

`start.py` chooses how to train. `train.py` trains once: `resume.py` and `origin.py` find where it starts, and `job.py`
defines what is trained. `loop_callbacks.py` connects the loop with signals and with `run_writer.py`, which writes the
folder with `record.py` and `checkpoint.py`. `logs.py` passes the results to other tools. `repeats.py` and
`train_repeats.py` train several times. `workers.py` starts and checks the processes of one training. `environment.py`
describes the machine and the installation.
"""

"""Load, check and describe the data of a spec.

`prepare.py` loads the data and checks them before TensorFlow starts. `memory.py` estimates whether a training fits into
memory. `survey.py` describes the data. `callbacks.py` lets a caller show the progress of reading.
"""

"""The data of a spec, loaded and looked at.

`prepare.py` loads the parts and checks them before TensorFlow starts, `memory.py` estimates whether a training fits,
`survey.py` describes the data. `callbacks.py` lets a caller show how far reading is.
"""

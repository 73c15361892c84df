"""Write a Keras model for other runtimes. Each format has one module.

A writer takes the model and options, and writes one file. `formats/` runs the model in that file.
"""

"""Writes a Keras model for other runtimes: one file a format.

A writer takes the model and options, and writes one file. `formats/` computes with it.
"""

"""Synthetic tasks: one file each.

A task checks that a model fits it and generates samples from a seed, so that a spec can be tried without data.
"""

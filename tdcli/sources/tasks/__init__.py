"""Synthetic tasks: one file each.

A task says what model it needs and makes its samples from a seed, so that a spec can be tried without data.
"""

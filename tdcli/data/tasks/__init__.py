"""Synthetic tasks, one file each: its arguments, the models it goes with, and how its samples are made."""

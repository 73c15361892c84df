"""This machine: its processes, signals and installed extras.

Light, and used by all other groups. `extras.py` refuses what is not installed, with the command that installs it.
"""

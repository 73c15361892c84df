"""Folders of clips, listed and checked before any clip is decoded.

`clips.py` lists the clips of each class. `clip_diagnostics.py` reports the problems of the folders.
"""

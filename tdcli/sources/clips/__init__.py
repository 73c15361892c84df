"""Folders of clips, listed and checked before any is decoded.

`clips.py` lists the clips of each class, `clip_diagnostics.py` says what is wrong with the folders.
"""

"""Folders of clips, listed."""

"""Specs compiled, explained, fixed and written out."""

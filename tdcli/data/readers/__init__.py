"""One reader for each source, found by its name."""

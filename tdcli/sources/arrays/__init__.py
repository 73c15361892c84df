"""Headers of array files."""

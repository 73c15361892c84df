"""A search over settings, trial by trial."""

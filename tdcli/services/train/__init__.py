"""Training a spec into a run folder."""

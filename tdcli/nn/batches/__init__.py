"""Samples to batches of tensors."""

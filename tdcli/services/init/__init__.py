"""A spec to start from."""

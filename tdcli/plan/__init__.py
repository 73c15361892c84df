"""The plan: every layer with its shapes, its count and its place in the file."""

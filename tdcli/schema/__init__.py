"""The spec as a JSON Schema, for editors."""

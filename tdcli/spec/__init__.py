"""The document as a whole: its sections, and loading it."""

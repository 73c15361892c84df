"""Where samples come from. One file a source; NumPy and Polars are imported inside `load`."""

"""What needs NumPy or Polars: imported inside `load` and nowhere else."""

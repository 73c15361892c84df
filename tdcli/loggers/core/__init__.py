"""The base of all loggers."""

"""The base class of loggers."""

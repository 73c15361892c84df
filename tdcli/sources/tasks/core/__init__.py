"""The base class of tasks."""

"""The version of tdcli."""

__version__ = "0.1.0"

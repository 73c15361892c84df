"""The version of tdcli."""

__version__ = "0.2.0"

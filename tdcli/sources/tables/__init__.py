"""Sections of tables, and the headers of table files."""

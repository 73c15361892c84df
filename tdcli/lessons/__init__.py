"""Lesson pages: one Markdown file a diagnostic.

Each shows a wrong spec, the exact message, and the right spec. Tests run both. `tdcli explain NAME` prints the page.
"""

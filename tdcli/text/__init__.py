"""YAML with positions, and diagnostics that point into it; knows neither models nor layers.

`yaml_reader.py` reads text into the `Document` of `document.py`, which knows the place of every value. Sections are
the Pydantic models of `section.py`; what they refuse becomes a `Diagnostic` with a place (`diagnostic.py`).
`override.py` applies `--set`. `registry.py` finds members of a folder by name.
"""

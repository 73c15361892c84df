"""YAML with positions, and diagnostics that point into it; knows neither models nor layers.

`yaml_reader.py` reads text into the `Document` of `document.py`, which knows the span of every value; `override.py`
applies `--set`. Sections are the Pydantic models of `section.py`. Their validators raise a `Violation`, with helps
from `pydantic_errors.py`, `keys.py` and `intended_value.py`; `diagnose.py` makes a `Diagnostic` of each, and
`edits.py` its fix. `errors.py` raises
diagnostics, `diagnostic_text.py` lays one out as rustc does. `registry.py` finds the members of a folder by name.
"""

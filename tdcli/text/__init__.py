"""YAML with positions, and diagnostics that point into it. Knows neither models nor layers.

`yaml_reader.py` reads text into the `Document` of `document.py`, which has the span of each value. `override.py`
applies `--set`. Sections are the Pydantic models of `section.py`. Their validators raise a `Violation`, with helps
from `pydantic_errors.py`, `keys.py` and `intended_value.py`. `diagnose.py` turns each violation into a `Diagnostic`,
and `edits.py` makes its fix. The errors of `errors.py` carry diagnostics. `diagnostic_text.py` prints a diagnostic in
the layout of rustc. `registry.py` finds the members of a folder by name.
"""

"""The JSON Schema of specs, for editors.

`document.py` collects all kinds, layers and sources. `generator.py` makes Pydantic's schema describe the values that
the validators accept.
"""

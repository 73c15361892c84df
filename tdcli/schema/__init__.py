"""The JSON Schema of specs, for editors.

`document.py` collects every kind, layer and source; `generator.py` makes Pydantic's schema say what validators
accept.
"""

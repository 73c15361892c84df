"""A first spec, from a kind or from data.

`spec.py` writes it; `guess_check.py` compiles what `guess/` proposes before it is shown.
"""

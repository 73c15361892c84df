"""What sections share: their base class, `split`, column checks, and the registry.

Read `registry.py`, then `section.py`, which says what a section must answer. `fit.py`, `target_fit.py` and `axes.py`
compare a header with the model.
"""

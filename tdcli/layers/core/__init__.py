"""What layers share: the base class, argument types, window arithmetic, and the registry.

Read `base.py`, which says what a layer must answer, then `registry.py`, which finds a layer by its name.
`recurrent.py`, `windows.py`, `pooling.py`, `normalization.py` and `wrapper.py` are the bases of families;
`fields.py`, `ranges.py` and `objects.py` check arguments.
"""

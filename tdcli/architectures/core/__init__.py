"""What the kinds share: their base class, inputs, blocks and heads, and the registry.

Read `registry.py`, which finds a kind by its name, and `base.py`, which says what a kind must answer. `input.py`,
`recurrent.py`, `blocks.py` and `head.py` are the keys that kinds have in common, from the input to the outputs.
"""

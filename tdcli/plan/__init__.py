"""Infers shapes and counts along a chain of layers; turns a misfit into a diagnostic.

`infer.py` walks the chain and returns the `Plan` of `plan.py`, or diagnostics. Summary, build, training and scripts
read the plan and nothing else. `unrolled.py`, `cost.py`, `exchange.py` and `cudnn.py` derive pictures and figures
from it.
"""

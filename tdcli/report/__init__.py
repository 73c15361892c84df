"""Render values as text, drawings, charts and pages. Computes nothing.

Each function takes values of `services/` or `plan/` and returns what `cli/` prints or writes. Groups import only
groups further down: `pages/` put `charts/` and `drawings/` together, and all write figures as `terminal/` does.
"""

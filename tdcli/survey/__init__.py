"""What data look like before training: figures and warnings, without TensorFlow.

`survey.py` is the entry and returns the values of `findings.py`. `columns.py`, `timestamps.py`, `parts.py`,
`previews.py` and `summaries.py` compute them. `warnings.py` says which are likely mistakes, with `duplicates.py`,
`overlap.py`, `outliers.py` and `target_leaks.py`.
"""

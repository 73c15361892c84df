"""Surveys data before training: summaries and warnings of likely mistakes, without TensorFlow.

Start with `survey.py`, which returns the values of `findings.py`. `columns.py`, `timestamps.py`, `parts.py`,
`previews.py` and `summaries.py` compute the summaries. `warnings.py`, `duplicates.py`, `overlap.py`, `outliers.py` and
`target_leaks.py` find likely mistakes.
"""

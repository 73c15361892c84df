"""Moments: read from cells, how far apart they are, and when an output is of.

Read `parsing.py`, then `frequency.py` for the step between rows, then `answer_times.py` for the times of predictions.
"""

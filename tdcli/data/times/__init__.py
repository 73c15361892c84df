"""Times of rows: parsing, the frequency of rows, and the times of predictions.

Read `parsing.py`, then `frequency.py` for the step between rows, then `answer_times.py` for the times of predictions.
"""

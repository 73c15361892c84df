"""A trained model opened, scored and asked for predictions.

`open_model.py` opens a run or an exported file. `evaluate.py` computes outputs and has them scored by `score.py`,
which hands numbers to `score_numbers.py` and classes to `score_classes.py`; `comparison.py` holds the result.
`residuals.py`, `forecast_curves.py` and `examples.py` show where a model is wrong. `predict.py`, `forecast.py` and
`pipe.py` predict for files, horizons and pipes.
"""

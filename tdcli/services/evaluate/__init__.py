"""Open a trained model, evaluate it, and predict with it.

`open_model.py` opens a run or an exported file. `evaluate.py` computes outputs, and `score.py` scores them: numbers in
`score_numbers.py`, classes in `score_classes.py`. `comparison.py` defines the result. `residuals.py`,
`forecast_curves.py` and `examples.py` show where a model is wrong. `predict.py` predicts for samples, `forecast.py`
beyond the end of a table, and `pipe.py` for rows from a pipe.
"""

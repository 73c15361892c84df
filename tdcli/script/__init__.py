"""A spec as a plain Keras script.

`document.py` puts the script together: `data.py` writes `load_data()`, `model.py` writes `build_model()`,
`training.py` compiles and fits. Each function returns lines of source, which `python.py` formats. What `data/`
computes is written out again here, so a change there needs the same change here; tests compare both.
"""

"""A plan to a Keras model.

`build.py` calls Keras with the fields of each layer, `serving.py` adds scaling and units for the model that is saved.
The rest are faster or portable forms of layers: `recurrent.py` and `lstm_scan.py`, `folding.py`, `synchronized.py`
for training; `export_graph.py`, `reversed_rnn.py` and `pooling_3d.py` for other runtimes.
"""

"""Build a Keras model from a plan.

`build.py` calls Keras with the fields of each layer. `serving.py` adds scaling and units to the model that is saved.
The other modules contain variants of layers. `recurrent.py`, `lstm_scan.py`, `folding.py` and `synchronized.py` are
for training. `export_graph.py`, `reversed_rnn.py` and `pooling_3d.py` are for other runtimes.
"""

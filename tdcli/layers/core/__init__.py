"""Code that several layers share.

`registry` turns a name and its arguments into a layer. `keras_config` reads the configurations that Keras
writes. `base` has the base class of all layers, `fields` and `objects` the types of their arguments. The families
are `kernel`, `recurrent`, `windows`, `pooling`, `global_pooling`, `edges`, `normalization`, `wrapper`.
`arithmetic`, `spatial` and `ranges` compute lengths, axes and ranges of values for them.
"""

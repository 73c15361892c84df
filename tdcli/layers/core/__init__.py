"""What the layers share.

`registry` turns a name and its arguments into a layer; `keras_config` reads what Keras itself writes.
`base` is every layer's class, `fields` and `objects` the types of its arguments. The families are
`kernel`, `recurrent`, `windows`, `pooling`, `global_pooling`, `edges`, `normalization`, `wrapper`.
`arithmetic`, `spatial` and `ranges` compute lengths, axes and values for them.
"""

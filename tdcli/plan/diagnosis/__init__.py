"""From a layer and a shape that do not fit to a diagnostic with its lesson.

`explain` chooses by the kind of the diagnostic: `wrong_rank`, `lost_mask`, `wrong_dtype`, or a size. Each
returns the diagnostic with a `recovery`: the shape to go on with behind the layer, where that is certain.
`channels_first` looks at the input before any layer is blamed, `unmasked_targets` at a whole plan.
"""

"""Code that several kinds share.

`registry` finds the class of a kind. `base` has their result, a `Chain` of `LayerNode`s. The parts of a kind's
section are `input`, `recurrent`, `blocks` and `head`, in the order in which data pass them. `sequence_kind` and
`frame_kind` combine them.
"""

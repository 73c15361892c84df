"""What the kinds share.

`registry` finds the class of a kind. `base` says what it gives: a `Chain` of `LayerNode`s. The parts of a
kind's section are `input`, `recurrent`, `blocks` and `head`, in the order in which data pass them;
`sequence_kind` and `frame_kind` put them together.
"""

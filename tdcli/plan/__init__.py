"""Every layer with its shapes, its parameter count and its position in the spec.

`infer` goes through a chain of layers and returns a `Plan` of `Step`s. A layer that does not fit raises a
`ShapeError`. Together with its context the error is a `Mismatch`. `diagnosis/` turns it into a diagnostic, and
`cures/` finds the fixes to suggest. Read `step`, `plan`, `infer`, `mismatch`, `diagnosis/`, `cures/`.
`warnings`, `cost`, `exchange`, `cudnn` and `unrolled` each analyse a finished plan.
"""

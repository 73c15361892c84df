"""Every layer with its shapes, its count and its place in the file.

`infer` walks a chain of layers and makes a `Plan` of `Step`s. A layer that does not fit raises a
`ShapeError`. With what is around it that is a `Mismatch`, which `diagnosis/` turns into a diagnostic;
`cures/` finds what to write instead. Read `step`, `plan`, `infer`, `mismatch`, `diagnosis/`, `cures/`.
`warnings`, `cost`, `exchange`, `cudnn` and `unrolled` each look at a finished plan.
"""

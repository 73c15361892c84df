"""What to write instead, for each kind of misfit.

`rank`, `time_axis`, `bottleneck`, `sizes` and `windows` yield helps for a `Mismatch`; `output_activation`
changes the activation of a whole plan. All of them are made of `changes`, changes of the document that
are tried before a help is shown, and of `edits`, changes of its text that `--fix` makes.
"""

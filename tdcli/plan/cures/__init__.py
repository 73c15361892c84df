"""Find the fixes to suggest for each kind of mismatch.

`rank`, `time_axis`, `bottleneck`, `sizes` and `windows` yield helps for a `Mismatch`. `output_activation`
changes the activation of a whole plan. They use `changes` and `edits`. A change modifies the values of a
document; it is tried before its help is shown. An edit modifies the text, as `--fix` does.
"""

"""Turn a mismatch between a layer and a shape into a diagnostic with a lesson.

`explain` chooses by the kind of the error: `wrong_rank`, `lost_mask`, `wrong_dtype`, or a size. Each returns the
diagnostic with a `recovery`: the output shape of the corrected layer, where it is certain. `channels_first` checks the
input before any layer is reported. `unmasked_targets` checks a whole plan.
"""

"""Each misfit of a layer and a shape, word for word as a reader sees it."""

from pathlib import Path

import pytest

from tdcli.report.diagnostics import rendered
from tdcli.services.compile import compile_spec
from tdcli.text.diagnostic import UserError

CASES = {
    "wrong-rank: a pooling that takes frames, on vectors": (
        "[10, 4]",
        ["TimeDistributed: MaxPooling1D"],
        """
error[wrong-rank]: `MaxPooling1D` needs `(batch, time, channels)`, got `(batch, 4)`
  --> spec.yaml:5:7
   |
5  |     - TimeDistributed: MaxPooling1D
   |       ^^^^^^^^^^^^^^^ the input on line 3 has this shape
   |
why:  TimeDistributed takes the time axis away, so `MaxPooling1D` sees one step
help: look at the shapes above it with `tdcli summary`, or change them with `Reshape`
""",
    ),
    "wrong-rank: RepeatVector behind a layer that returned sequences": (
        "[10, 4]",
        ["LSTM: {units: 3, return_sequences: true}", "RepeatVector: {n: 2}"],
        """
error[wrong-rank]: `RepeatVector` needs `(batch, features)`, got `(batch, 10, 3)`
  --> spec.yaml:6:7
   |
6  |     - RepeatVector: {n: 2}
   |       ^^^^^^^^^^^^ the `LSTM` on line 5 gives this shape
   |
why:  `RepeatVector` needs exactly these axes
help: leave `return_sequences` out of the `LSTM` on line 5
""",
    ),
    "wrong-rank: BatchNormalization has no axes of its own to name": (
        "[10, 4]",
        ["BatchNormalization: {axis: 3}"],
        """
error[wrong-rank]: `BatchNormalization` needs an axis 3 behind the batch, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
5  |     - BatchNormalization: {axis: 3}
   |       ^^^^^^^^^^^^^^^^^^ the input on line 3 has this shape
   |
why:  `BatchNormalization` needs exactly these axes
help: change the arguments of `BatchNormalization`, or the shape with `Reshape` before it
""",
    ),
    "wrong-rank: Permute of fewer axes": (
        "[10, 4, 2]",
        ["Permute: {dims: [2, 1]}"],
        """
error[wrong-rank]: `Permute` needs `(batch, axis 1, axis 2)`, got `(batch, 10, 4, 2)`
  --> spec.yaml:5:7
   |
5  |     - Permute: {dims: [2, 1]}
   |       ^^^^^^^ the input on line 3 has this shape
   |
why:  `Permute` needs exactly these axes
help: change the arguments of `Permute`, or the shape with `Reshape` before it
""",
    ),
    "size-mismatch: a window longer than the axis": (
        "[3, 1]",
        ["Conv1D: {filters: 2, kernel_size: 5}"],
        """
error[size-mismatch]: `Conv1D` needs room for a window of 5, got `(batch, 3, 1)`
  --> spec.yaml:5:7
   |
5  |     - Conv1D: {filters: 2, kernel_size: 5}
   |       ^^^^^^ the input on line 3 has this shape
   |
why:  the axis is shorter than the window that walks along it
help: use smaller windows or strides, fewer poolings, `padding: same`, or a larger input
""",
    ),
    "size-mismatch: Reshape to another number of numbers": (
        "[10, 4]",
        ["Reshape: {target_shape: [6, 6]}"],
        """
error[size-mismatch]: `Reshape` needs 36 numbers a sample, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
5  |     - Reshape: {target_shape: [6, 6]}
   |       ^^^^^^^ the input on line 3 has this shape
   |
why:  it keeps every number in its place
help: write another `target_shape`, for `(batch, 10, 4)`
""",
    ),
    "size-mismatch: groups that do not divide the channels": (
        "[10, 4]",
        ["Conv1D: {filters: 6, kernel_size: 1, groups: 3}"],
        """
error[size-mismatch]: `Conv1D` needs a number of channels that `groups: 3` divides, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
5  |     - Conv1D: {filters: 6, kernel_size: 1, groups: 3}
   |       ^^^^^^ the input on line 3 has this shape
   |
why:  each group reads its own share of the channels
help: choose `groups` so that it divides the channels
""",
    ),
    "unknown-length: TimeDistributed over frames of any number": (
        "[null, 8, 8, 1]",
        ["TimeDistributed: {Conv2D: {filters: 2, kernel_size: 3}}"],
        """
error[unknown-length]: `TimeDistributed(Conv2D)` needs a known number of timesteps, got `(batch, ?, 8, 8, 1)`
  --> spec.yaml:5:7
   |
5  |     - TimeDistributed: {Conv2D: {filters: 2, kernel_size: 3}}
   |       ^^^^^^^^^^^^^^^ the input on line 3 has this shape
   |
why:  with an unknown number Keras's TimeDistributed walks over the batch; only layers of the last axis can do
help: give the longest length in place of `null` on line 3
""",
    ),
    "mask-lost: a convolution over masked steps": (
        "[null, 4]",
        ["Masking", "Conv1D: {filters: 2, kernel_size: 3}"],
        """
error[mask-lost]: `Conv1D` would read padded steps as if they were real
  --> spec.yaml:6:7
   |
6  |     - Conv1D: {filters: 2, kernel_size: 3}
   |       ^^^^^^ the `Masking` on line 5 gives this shape
   |
why:  it mixes timesteps and knows no mask, so the result would depend on the padding
help: leave out the `Masking` on line 5, and give the input a number of timesteps
help: or put it behind a recurrent layer that returns its last step only
""",
    ),
    "time-axis-missing: Flatten merged a sequence": (
        "[10, 4]",
        ["Flatten", "Dense: {units: 3}", "GRU: {units: 3}"],
        """
error[time-axis-missing]: `GRU` needs `(batch, time, features)`, got `(batch, 3)`
  --> spec.yaml:7:7
   |
7  |     - GRU: {units: 3}
   |       ^^^ the `Flatten` on line 5 left no time axis
   |
why:  `GRU` works along time; without that axis there is nothing to walk along
help: leave out the `Flatten` on line 5: `(batch, 10, 4)` is a sequence already
""",
    ),
    "time-axis-missing: Flatten merged frames": (
        "[10, 4, 2]",
        ["Flatten", "GRU: {units: 3}"],
        """
error[time-axis-missing]: `GRU` needs `(batch, time, features)`, got `(batch, 80)`
  --> spec.yaml:6:7
   |
6  |     - GRU: {units: 3}
   |       ^^^ the `Flatten` on line 5 left no time axis
   |
why:  `GRU` works along time; without that axis there is nothing to walk along
help: wrap the `Flatten` on line 5: `TimeDistributed: Flatten`
""",
    ),
    "sequences-not-returned: the recurrent layer may stand further up": (
        "[10, 4]",
        ["Bidirectional: {LSTM: {units: 3}}", "Dropout: {rate: 0.1}", "LSTM: {units: 3}"],
        """
error[sequences-not-returned]: `LSTM` needs `(batch, time, features)`, got `(batch, 6)`
  --> spec.yaml:7:7
   |
7  |     - LSTM: {units: 3}
   |       ^^^^ the `Bidirectional(LSTM)` on line 5 returns its last step only
   |
why:  a recurrent layer hands on its last step only, unless it returns the whole sequence
help: add `return_sequences: true` to the `Bidirectional(LSTM)` on line 5
""",
    ),
    "sequences-not-returned: a ConvLSTM gave its last frame": (
        "[5, 8, 8, 1]",
        ["ConvLSTM2D: {filters: 2, kernel_size: 3}", "ConvLSTM2D: {filters: 2, kernel_size: 3}"],
        """
error[sequences-not-returned]: `ConvLSTM2D` needs `(batch, time, height, width, channels)`, got `(batch, 6, 6, 2)`
  --> spec.yaml:6:7
   |
6  |     - ConvLSTM2D: {filters: 2, kernel_size: 3}
   |       ^^^^^^^^^^ the `ConvLSTM2D` on line 5 returns its last step only
   |
why:  a recurrent layer hands on its last step only, unless it returns the whole sequence
help: add `return_sequences: true` to the `ConvLSTM2D` on line 5
""",
    ),
    "wrong-rank: a ConvLSTM on vectors": (
        "[5, 8]",
        ["ConvLSTM2D: {filters: 2, kernel_size: 3}"],
        """
error[wrong-rank]: `ConvLSTM2D` needs `(batch, time, height, width, channels)`, got `(batch, 5, 8)`
  --> spec.yaml:5:7
   |
5  |     - ConvLSTM2D: {filters: 2, kernel_size: 3}
   |       ^^^^^^^^^^ the input on line 3 has this shape
   |
why:  `ConvLSTM2D` needs exactly these axes
help: look at the shapes above it with `tdcli summary`, or change them with `Reshape`
""",
    ),
    "duplicate-name: two layers of one name": (
        "[10, 4]",
        ["LSTM: {units: 3, name: a, return_sequences: true}", "LSTM: {units: 3, name: a}"],
        """
error[duplicate-name]: two layers are named `a`
  --> spec.yaml:6:7
   |
6  |     - LSTM: {units: 3, name: a}
   |       ^^^^
   |
help: rename one of them
""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_misfit_says_what_where_why_and_what_to_write(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape, layers, expected = CASES[case]
    monkeypatch.chdir(tmp_path)
    lines = ["architecture:", "  kind: layers", f"  input: {shape}", "  layers:", *(f"    - {each}" for each in layers)]
    Path("spec.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(UserError) as caught:
        compile_spec(Path("spec.yaml"))
    (diagnostic,) = caught.value.diagnostics
    assert rendered(diagnostic, has_lesson=False).plain.strip() == expected.strip()

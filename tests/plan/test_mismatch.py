"""Each misfit of a layer and a shape, word for word as a reader sees it."""

from pathlib import Path

import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.text.diagnostic_text import render_diagnostic
from tdcli.text.errors import SpecError

CASES = {
    "wrong-rank: a pooling that takes frames, on vectors": (
        "[10, 4]",
        ["TimeDistributed: MaxPooling1D"],
        """
error[wrong-rank]: `MaxPooling1D` needs `(batch, time, channels)`, got `(batch, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - TimeDistributed: MaxPooling1D
   |       ^^^^^^^^^^^^^^^
   |
why:  `TimeDistributed` removes the time axis, so `MaxPooling1D` reads a single timestep
help: write `MaxPooling1D` without `TimeDistributed`
""",
    ),
    "wrong-rank: RepeatVector behind a layer that returned sequences": (
        "[10, 4]",
        ["LSTM: {units: 3, return_sequences: true}", "RepeatVector: {n: 2}"],
        """
error[wrong-rank]: `RepeatVector` needs `(batch, features)`, got `(batch, 10, 3)`
  --> spec.yaml:6:7
   |
5  |     - LSTM: {units: 3, return_sequences: true}
   |       ---- outputs `(batch, 10, 3)`
6  |     - RepeatVector: {n: 2}
   |       ^^^^^^^^^^^^
   |
why:  `RepeatVector` needs exactly these axes
help: remove `return_sequences` from the `LSTM` on line 5
""",
    ),
    "wrong-rank: BatchNormalization has no axes of its own to name": (
        "[10, 4]",
        ["BatchNormalization: {axis: 3}"],
        """
error[wrong-rank]: `BatchNormalization` needs an axis 3 after the batch, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - BatchNormalization: {axis: 3}
   |       ^^^^^^^^^^^^^^^^^^
   |
why:  `BatchNormalization` needs exactly these axes
help: write `axis: -1`
""",
    ),
    "wrong-rank: Permute of fewer axes": (
        "[10, 4, 2]",
        ["Permute: {dims: [2, 1]}"],
        """
error[wrong-rank]: `Permute` needs `(batch, axis 1, axis 2)`, got `(batch, 10, 4, 2)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4, 2]
   |          ---------- the input is declared here
...
5  |     - Permute: {dims: [2, 1]}
   |       ^^^^^^^
   |
why:  `Permute` needs exactly these axes
""",
    ),
    "size-mismatch: a window longer than the axis": (
        "[3, 1]",
        ["Conv1D: {filters: 2, kernel_size: 5}"],
        """
error[size-mismatch]: `Conv1D` needs room for a window of 5, got `(batch, 3, 1)`
  --> spec.yaml:5:7
   |
3  |   input: [3, 1]
   |          ------ the input is declared here
...
5  |     - Conv1D: {filters: 2, kernel_size: 5}
   |       ^^^^^^
   |
why:  the axis is shorter than the window that slides along it
help: write `kernel_size: 3`
help: write `padding: same`
""",
    ),
    "size-mismatch: Reshape to another number of numbers": (
        "[10, 4]",
        ["Reshape: {target_shape: [6, 6]}"],
        """
error[size-mismatch]: `Reshape` needs 36 values per sample, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - Reshape: {target_shape: [6, 6]}
   |       ^^^^^^^
   |
why:  it changes the axes and keeps all values
help: write a `target_shape` whose product is 40
""",
    ),
    "size-mismatch: groups that do not divide the channels": (
        "[10, 4]",
        ["Conv1D: {filters: 6, kernel_size: 1, groups: 3}"],
        """
error[size-mismatch]: `Conv1D` needs a number of channels divisible by `groups: 3`, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - Conv1D: {filters: 6, kernel_size: 1, groups: 3}
   |       ^^^^^^
   |
why:  the channels are divided equally among the groups
help: choose `groups` so that it divides the channels
""",
    ),
    "unknown-length: TimeDistributed over frames of any number": (
        "[null, 8, 8, 1]",
        ["TimeDistributed: {Conv2D: {filters: 2, kernel_size: 3}}"],
        """
error[unknown-length]: `TimeDistributed(Conv2D)` needs a known number of timesteps, got `(batch, None, 8, 8, 1)`
  --> spec.yaml:5:7
   |
3  |   input: [null, 8, 8, 1]
   |          --------------- the input is declared here
...
5  |     - TimeDistributed: {Conv2D: {filters: 2, kernel_size: 3}}
   |       ^^^^^^^^^^^^^^^
   |
why:  without it, Keras iterates over the batch instead of time, unless the layer only uses the last axis
help: replace `null` with the longest length on line 3
""",
    ),
    "mask-lost: a convolution over masked steps": (
        "[null, 4]",
        ["Masking", "Conv1D: {filters: 2, kernel_size: 3}"],
        """
error[mask-lost]: `Conv1D` would treat padded timesteps as real data
  --> spec.yaml:6:7
   |
5  |     - Masking
   |       ------- marks padded timesteps
6  |     - Conv1D: {filters: 2, kernel_size: 3}
   |       ^^^^^^
   |
why:  it does not support masking, so its output would depend on the padding
help: remove the `Masking` on line 5, and replace `null` with the longest length on line 3
""",
    ),
    "time-axis-missing: Flatten merged a sequence": (
        "[10, 4]",
        ["Flatten", "Dense: {units: 3}", "GRU: {units: 3}"],
        """
error[time-axis-missing]: `GRU` needs `(batch, time, features)`, got `(batch, 3)`
  --> spec.yaml:7:7
   |
5  |     - Flatten
   |       ------- removes the time axis
...
7  |     - GRU: {units: 3}
   |       ^^^
   |
why:  `GRU` works along the time axis, and its input has none
help: remove the `Flatten` on line 5: `(batch, 10, 4)` is already a sequence
""",
    ),
    "time-axis-missing: Flatten merged frames": (
        "[10, 4, 2]",
        ["Flatten", "GRU: {units: 3}"],
        """
error[time-axis-missing]: `GRU` needs `(batch, time, features)`, got `(batch, 80)`
  --> spec.yaml:6:7
   |
5  |     - Flatten
   |       ------- removes the time axis
6  |     - GRU: {units: 3}
   |       ^^^
   |
why:  `GRU` works along the time axis, and its input has none
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
5  |     - Bidirectional: {LSTM: {units: 3}}
   |       ------------- returns only its last output
...
7  |     - LSTM: {units: 3}
   |       ^^^^
   |
why:  by default, a recurrent layer returns only its last output, not the whole sequence
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
5  |     - ConvLSTM2D: {filters: 2, kernel_size: 3}
   |       ---------- returns only its last output
6  |     - ConvLSTM2D: {filters: 2, kernel_size: 3}
   |       ^^^^^^^^^^
   |
why:  by default, a recurrent layer returns only its last output, not the whole sequence
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
3  |   input: [5, 8]
   |          ------ the input is declared here
...
5  |     - ConvLSTM2D: {filters: 2, kernel_size: 3}
   |       ^^^^^^^^^^
   |
why:  `ConvLSTM2D` needs exactly these axes
""",
    ),
    "wrong-rank: RepeatVector on frames has no time to walk along": (
        "[10, 4, 2]",
        ["RepeatVector: {n: 2}"],
        """
error[wrong-rank]: `RepeatVector` needs `(batch, features)`, got `(batch, 10, 4, 2)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4, 2]
   |          ---------- the input is declared here
...
5  |     - RepeatVector: {n: 2}
   |       ^^^^^^^^^^^^
   |
why:  `RepeatVector` needs exactly these axes
help: add `- Flatten` before it to join all timesteps into one vector
""",
    ),
    "wrong-rank: a ConvLSTM walks along time itself": (
        "[9, 5, 8, 8, 1]",
        ["ConvLSTM2D: {filters: 2, kernel_size: 3}"],
        """
error[wrong-rank]: `ConvLSTM2D` needs `(batch, time, height, width, channels)`, got `(batch, 9, 5, 8, 8, 1)`
  --> spec.yaml:5:7
   |
3  |   input: [9, 5, 8, 8, 1]
   |          --------------- the input is declared here
...
5  |     - ConvLSTM2D: {filters: 2, kernel_size: 3}
   |       ^^^^^^^^^^
   |
why:  `ConvLSTM2D` needs exactly these axes
help: if 9 is the number of samples, remove it: `input: [5, 8, 8, 1]`
""",
    ),
    "time-distributed-missing: a layer without arguments is wrapped by its name": (
        "[10, 8, 8, 3]",
        ["MaxPooling2D"],
        """
error[time-distributed-missing]: `MaxPooling2D` needs `(batch, height, width, channels)`, got `(batch, 10, 8, 8, 3)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 8, 8, 3]
   |          ------------- the input is declared here
...
5  |     - MaxPooling2D
   |       ^^^^^^^^^^^^
   |
why:  `MaxPooling2D` reads a single frame; `TimeDistributed` applies it at each timestep of the extra time axis
help: wrap it: `TimeDistributed: MaxPooling2D`
""",
    ),
    "time-axis-missing: a convolution along time": (
        "[64]",
        ["Conv1D: {filters: 2, kernel_size: 3}"],
        """
error[time-axis-missing]: `Conv1D` needs `(batch, time, channels)`, got `(batch, 64)`
  --> spec.yaml:5:7
   |
3  |   input: [64]
   |          ---- the input is declared here
...
5  |     - Conv1D: {filters: 2, kernel_size: 3}
   |       ^^^^^^
   |
why:  `Conv1D` works along the time axis, and its input has none
help: if the 64 values are timesteps of one feature, write `input: [64, 1]` on line 3 and save `x[..., np.newaxis]`
help: if they are the features of one timestep, add a time axis: `[timesteps, 64]`
""",
    ),
    "size-mismatch: a noise shape of other sizes": (
        "[10, 4]",
        ["Dropout: {rate: 0.1, noise_shape: [null, 3, 4]}"],
        """
error[size-mismatch]: `Dropout` needs sizes that match `noise_shape: [null, 3, 4]`, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - Dropout: {rate: 0.1, noise_shape: [null, 3, 4]}
   |       ^^^^^^^
   |
why:  `noise_shape` has one size per axis, batch included: that of the axis, or 1 to drop its values together
help: write `noise_shape: [null, 1, 4]`, or remove it
""",
    ),
    "size-mismatch: a noise shape of fewer axes": (
        "[10, 4]",
        ["Dropout: {rate: 0.1, noise_shape: [null, 4]}"],
        """
error[size-mismatch]: `Dropout` needs 2 axes, as many as `noise_shape`, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - Dropout: {rate: 0.1, noise_shape: [null, 4]}
   |       ^^^^^^^
   |
why:  `noise_shape` has one size per axis, batch included: that of the axis, or 1 to drop its values together
help: write `noise_shape: [null, 1, 4]`, or remove it
""",
    ),
    "size-mismatch: more cut off than there is": (
        "[10, 4]",
        ["Cropping1D: {cropping: 6}"],
        """
error[size-mismatch]: `Cropping1D` needs more than the 12 positions that `cropping` removes, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - Cropping1D: {cropping: 6}
   |       ^^^^^^^^^^
   |
why:  an axis would have no positions left
help: reduce `cropping`, or use a larger input
""",
    ),
    "size-mismatch: means of another number of features": (
        "[10, 4]",
        ["Normalization: {mean: [1, 2, 3], variance: [1, 1, 1]}"],
        """
error[size-mismatch]: `Normalization` needs 3 features, as many as `mean` and `variance`, got `(batch, 10, 4)`
  --> spec.yaml:5:7
   |
3  |   input: [10, 4]
   |          ------- the input is declared here
...
5  |     - Normalization: {mean: [1, 2, 3], variance: [1, 1, 1]}
   |       ^^^^^^^^^^^^^
   |
why:  each feature has its own mean and variance
help: write 4 numbers in each, or one for all features
""",
    ),
    "unknown-length: weights for each of any number of steps": (
        "[null, 4]",
        ["Flatten", "Dense: {units: 2}"],
        """
error[unknown-length]: `Dense` needs a known last axis, got `(batch, None)`
  --> spec.yaml:6:7
   |
5  |     - Flatten
   |       ------- outputs `(batch, None)`
6  |     - Dense: {units: 2}
   |       ^^^^^
   |
why:  its weights or its computation depend on a length that is only known from the data
help: write `GlobalMaxPooling1D` instead of the `Flatten` on line 5 to take the maximum of all positions
help: write `GlobalAveragePooling1D` instead of the `Flatten` on line 5 to take the mean of all positions
help: replace `null` with the longest length on line 3
""",
    ),
    "mask-lost: Flatten behind a mask, at a known length": (
        "[10, 4]",
        ["Masking", "LSTM: {units: 2, return_sequences: true}", "Flatten"],
        """
error[mask-lost]: `Flatten` would treat padded timesteps as real data
  --> spec.yaml:7:7
   |
5  |     - Masking
   |       ------- marks padded timesteps
...
7  |     - Flatten
   |       ^^^^^^^
   |
why:  it does not support masking, so its output would depend on the padding
help: remove the `Masking` on line 5
help: or move it after a recurrent layer that returns only its last output
""",
    ),
    "mask-lost: token 0 is padding": (
        "{shape: [null], dtype: int32}",
        ["Embedding: {input_dim: 5, output_dim: 2, mask_zero: true}", "Conv1D: {filters: 2, kernel_size: 3}"],
        """
error[mask-lost]: `Conv1D` would treat padded timesteps as real data
  --> spec.yaml:6:7
   |
5  |     - Embedding: {input_dim: 5, output_dim: 2, mask_zero: true}
   |       --------- marks padded timesteps
6  |     - Conv1D: {filters: 2, kernel_size: 3}
   |       ^^^^^^
   |
why:  it does not support masking, so its output would depend on the padding
help: remove `mask_zero` from the `Embedding` on line 5, and replace `null` with the longest length on line 3
""",
    ),
    "dtype-mismatch: an Embedding of the input's floats": (
        "[10]",
        ["Embedding: {input_dim: 5, output_dim: 2}"],
        """
error[dtype-mismatch]: `Embedding` needs integers, got float32
  --> spec.yaml:5:7
   |
3  |   input: [10]
   |          ---- the input has dtype float32
...
5  |     - Embedding: {input_dim: 5, output_dim: 2}
   |       ^^^^^^^^^
   |
why:  it looks up a vector for each integer; fractions would be cut off, and no layer before it would be trained
help: write `input: {shape: [10], dtype: int32}` on line 3
""",
    ),
    "dtype-mismatch: an Embedding behind a layer that computes": (
        "[10]",
        ["Dense: {units: 4}", "Embedding: {input_dim: 5, output_dim: 2}"],
        """
error[dtype-mismatch]: `Embedding` needs integers, got float32
  --> spec.yaml:6:7
   |
5  |     - Dense: {units: 4}
   |       ----- outputs floats
6  |     - Embedding: {input_dim: 5, output_dim: 2}
   |       ^^^^^^^^^
   |
why:  it looks up a vector for each integer; fractions would be cut off, and no layer before it would be trained
help: move `Embedding` before the `Dense` on line 5
""",
    ),
    "dtype-mismatch: tokens that nothing embeds": (
        "{shape: [10, 3], dtype: int32}",
        ["Flatten", "Dense: {units: 2}"],
        """
error[dtype-mismatch]: `Dense` needs floats, got int32 tokens
  --> spec.yaml:6:7
   |
3  |   input: {shape: [10, 3], dtype: int32}
   |          ------------------------------ the input has dtype int32
...
6  |     - Dense: {units: 2}
   |       ^^^^^
   |
why:  `dtype: int32` is for tokens, which an `Embedding` turns into vectors
help: add an `Embedding` before it
help: or remove `dtype: int32` from the input on line 3
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


OF_KINDS = {
    "mask-lost: a many-to-many that reads backwards": (
        """architecture:
  kind: many-to-many
  input: {timesteps: null, features: 3}
  recurrent: {units: 4, go_backwards: true}
  outputs: 1
""",
        """
error[mask-lost]: `LSTM` would treat padded timesteps as real data
  --> spec.yaml:4:3
   |
3  |   input: {timesteps: null, features: 3}
   |          ------------------------------ the input has padded timesteps
4  |   recurrent: {units: 4, go_backwards: true}
   |   ^^^^^^^^^
   |
why:  the output sequence is reversed, and Keras does not reverse the mask
help: remove `go_backwards: true`
""",
    ),
    "unknown-length: a cnn-lstm over any number of frames": (
        """architecture:
  kind: cnn-lstm
  input: {timesteps: null, frame: [8, 8, 1]}
  cnn:
    - Conv2D: {filters: 2, kernel_size: 3}
    - Flatten
  recurrent: {units: 4}
  outputs: 1
""",
        """
error[unknown-length]: `TimeDistributed(Conv2D)` needs a known number of timesteps, got `(batch, None, 8, 8, 1)`
  --> spec.yaml:5:7
   |
3  |   input: {timesteps: null, frame: [8, 8, 1]}
   |          ----------------------------------- the input is declared here
...
5  |     - Conv2D: {filters: 2, kernel_size: 3}
   |       ^^^^^^
   |
why:  without it, Keras iterates over the batch instead of time, unless the layer only uses the last axis
help: replace `null` with the longest length on line 3
""",
    ),
}


def rendered_fault(spec: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(folder)
    Path("spec.yaml").write_text(spec, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        compile_spec(Path("spec.yaml"))
    (diagnostic,) = caught.value.diagnostics
    return render_diagnostic(diagnostic).plain.strip()


@pytest.mark.parametrize("case", OF_KINDS)
def test_a_kinds_own_layers_are_spoken_of_as_the_spec_has_them(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, expected = OF_KINDS[case]
    assert rendered_fault(spec, tmp_path, monkeypatch) == expected.strip()


@pytest.mark.parametrize("layer", ["Flatten", "Permute: {dims: [2, 1]}", "Reshape: {target_shape: [6, 2]}"])
def test_token_numbers_may_be_moved_before_they_are_embedded(layer: str, tmp_path: Path) -> None:
    layers = f"[{{{layer}}}, {{Embedding: {{input_dim: 5, output_dim: 2}}}}]".replace("{Flatten}", "Flatten")
    path = tmp_path / "spec.yaml"
    spec = f"architecture: {{kind: layers, input: {{shape: [3, 4], dtype: int32}}, layers: {layers}}}\n"
    path.write_text(spec, encoding="utf-8")
    assert compile_spec(path).plan.output_shape[-1] == 2


@pytest.mark.parametrize("case", CASES)
def test_a_misfit_says_what_where_why_and_what_to_write(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape, layers, expected = CASES[case]
    lines = ["architecture:", "  kind: layers", f"  input: {shape}", "  layers:", *(f"    - {each}" for each in layers)]
    assert rendered_fault("\n".join(lines) + "\n", tmp_path, monkeypatch) == expected.strip()

"""Layers that read, at a step of a window, the row which that step is to predict."""

from pathlib import Path

import numpy as np
import pytest

from tdcli.services.specs.compile import compile_document
from tdcli.services.specs.warnings import warnings_for
from tdcli.text.yaml_reader import parse_document

SPEC = """\
architecture:
  kind: layers
  input: [8, 1]
  layers: [%s, {Dense: {units: 1}}]
data: {source: csv, path: series.csv, target: v, ahead: %d}
split: {validation: 0.2, test: 0.2}
"""


def warned(folder: Path, layers: str, ahead: int = 1) -> list[str]:
    (folder / "series.csv").write_text("v\n" + "1\n2\n" * 40, encoding="utf-8")
    compiled = compile_document(parse_document(SPEC % (layers, ahead), folder / "spec.yaml"))
    return [each.name for each in warnings_for(compiled)]


CONV = "{Conv1D: {filters: 1, kernel_size: %d, padding: %s, dilation_rate: %d}}"
LSTM = "{LSTM: {units: 2, return_sequences: true%s}}"


@pytest.mark.parametrize(
    ("layers", "ahead", "warns"),
    [
        (CONV % (3, "same", 1), 1, True),
        (CONV % (3, "same", 1), 2, False),
        (CONV % (3, "same", 2), 2, True),
        (f"{CONV % (3, 'same', 1)}, {CONV % (3, 'same', 1)}", 2, True),
        (CONV % (2, "same", 1), 1, True),
        (CONV % (1, "same", 1), 1, False),
        (CONV % (3, "causal", 1), 1, False),
        (LSTM % "", 1, False),
        (LSTM % ", go_backwards: true", 1, True),
        ("{Bidirectional: {LSTM: {units: 2, return_sequences: true}}}", 5, True),
        ("{Bidirectional: {LSTM: {units: 2}}}, {RepeatVector: {n: 1}}", 1, False),
    ],
)
def test_a_layer_that_reads_as_far_as_the_answer_is_named(tmp_path: Path, layers: str, ahead: int, warns: bool) -> None:
    assert ("target-among-features" in warned(tmp_path, layers, ahead)) is warns


@pytest.mark.parametrize(("size", "dilation", "rows"), [(2, 1, 1), (3, 1, 1), (4, 1, 2), (3, 3, 3), (1, 1, 0)])
def test_a_convolution_of_keras_reads_as_far_ahead_as_the_warning_says(size: int, dilation: int, rows: int) -> None:
    import keras

    from tdcli.layers.conv import Conv1D
    from tdcli.services.specs.warnings import _rows_ahead

    how = {"filters": 1, "kernel_size": size, "padding": "same", "dilation_rate": dilation}
    layer = keras.layers.Conv1D(**how, kernel_initializer="ones")
    pulse = np.zeros((1, 21, 1), "float32")
    pulse[0, 10] = 1
    assert 10 - np.flatnonzero(np.asarray(layer(pulse)))[0] == rows == _rows_ahead(Conv1D(**how))

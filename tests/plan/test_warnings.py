"""Warnings stand where they are meant, and nowhere else."""

from pathlib import Path

import pytest

from tdcli.services.specs.compile import compile_spec
from tdcli.services.specs.warnings import warnings_for

SPECS = Path(__file__).parents[2] / "specs"
MANY_TO_ONE = "{{kind: many-to-one, input: {{timesteps: {}, features: 1}}, recurrent: {{units: 5}}, outputs: {}}}"
LAYERS = "{{kind: layers, input: [{}, 4], layers: [{}]}}"


def names(architecture: str, folder: Path) -> list[str]:
    path = folder / "spec.yaml"
    path.write_text(f"architecture: {architecture}\ntraining: {{folded: false}}\n", encoding="utf-8")
    return [each.name for each in warnings_for(compile_spec(path))]


@pytest.mark.parametrize(
    "architecture",
    [
        MANY_TO_ONE.format(1, 1),
        MANY_TO_ONE.format(5, 4),
        MANY_TO_ONE.format("null", 5),
        MANY_TO_ONE.format(5, "{units: 5, activation: softmax}"),
        LAYERS.format(6, "BatchNormalization, {LSTM: {units: 2}}"),
        LAYERS.format("null", "{TimeDistributed: BatchNormalization}, {LSTM: {units: 2}}"),
        LAYERS.format(6, "{Dense: {units: 3, activation: linear}}, BatchNormalization"),
        LAYERS.format(6, "{LSTM: {units: 3, return_sequences: true}}, BatchNormalization"),
        LAYERS.format("null", "{TimeDistributed: {Dense: {units: 2, activity_regularizer: l2}}}"),
        LAYERS.format(6, "{TimeDistributed: {Dense: {units: 2, dtype: float32}, dtype: float32}}"),
        LAYERS.format(6, "{LSTM: {units: 3, return_sequences: true}}, Flatten, {Dense: {units: 2}}"),
        LAYERS.format(6, "{TimeDistributed: {RepeatVector: {n: 2}}}, {TimeDistributed: Flatten}, {GRU: {units: 1}}"),
        LAYERS.format(6, "{Conv1D: {filters: 2, kernel_size: 5}}, GlobalAveragePooling1D"),
        LAYERS.format(1, "{Conv1D: {filters: 2, kernel_size: 1}}"),
        LAYERS.format(6, "Flatten, {RepeatVector: {n: 6}}, {LSTM: {units: 2}}"),
        LAYERS.format(6, "Flatten, {Reshape: {target_shape: [6, 4]}}, {LSTM: {units: 2}}"),
        LAYERS.format("6, 5", "{Conv2D: {filters: 1, kernel_size: 3, data_format: channels_first}}"),
        LAYERS.format("6, 4, 5", "{TimeDistributed: {MaxPooling2D: {pool_size: 2, data_format: channels_first}}}"),
        LAYERS.format(
            "20, 40", "{Reshape: {target_shape: [20, 160, 1]}}, {Conv2D: {filters: 2, kernel_size: [3, 160]}}"
        ),
        LAYERS.format(6, "{LSTM: {units: 2, activation: softsign}}"),
        LAYERS.format(6, "{GRU: {units: 2, activation: relu6}}"),
        LAYERS.format(1, "{LSTM: {units: 2, activation: relu}}"),
        LAYERS.format(6, "{SimpleRNN: {units: 2, activation: relu, recurrent_initializer: Identity}}"),
        "{kind: one-to-many, input: {features: 2}, output_timesteps: 3, recurrent: {units: 5}, outputs: 1}",
    ],
)
def test_a_sound_architecture_gets_no_warning(architecture: str, tmp_path: Path) -> None:
    assert names(architecture, tmp_path) == []


@pytest.mark.parametrize(
    ("architecture", "name", "message"),
    [
        (
            LAYERS.format(6, "{LSTM: {units: 2, activation: relu}}"),
            "unbounded-recurrence",
            "the state of `LSTM` is unbounded: its activation is `relu`",
        ),
        (
            LAYERS.format(6, "{Bidirectional: {GRU: {units: 2, activation: elu}}}"),
            "unbounded-recurrence",
            "the state of `GRU` is unbounded: its activation is `elu`",
        ),
        (
            LAYERS.format(6, "{SimpleRNN: {units: 2, activation: null}}"),
            "unbounded-recurrence",
            "the state of `SimpleRNN` is unbounded: its activation is `linear`",
        ),
        (
            LAYERS.format(6, "{TimeDistributed: {Dense: {units: 2, dtype: float64}}}"),
            "dtype-in-time-distributed",
            "`dtype: float64` of the wrapped layer does not apply to the outputs of `TimeDistributed`",
        ),
        (
            LAYERS.format(6, "Flatten, {Reshape: {target_shape: [4, 6]}}, {LSTM: {units: 2}}"),
            "flatten-over-time",
            "`Flatten` merges all timesteps into one vector before a recurrent layer",
        ),
        (
            LAYERS.format(6, "Flatten, {RepeatVector: {n: 1}}, {LSTM: {units: 2}}"),
            "one-step-sequence",
            "`LSTM` reads a sequence of one timestep",
        ),
        (
            LAYERS.format(6, "{LSTM: {units: 2, trainable: false}}, {Dense: {units: 1, trainable: false}}"),
            "all-frozen",
            "the model has no trainable weights: all 59 are frozen",
        ),
        (
            LAYERS.format(6, "{Conv1D: {filters: 2, kernel_size: 4, strides: 3}}"),
            "size-of-one",
            "`Conv1D` shrinks an axis from 6 positions to 1",
        ),
        (
            (
                "{kind: cnn-lstm, input: {timesteps: 4, frame: [3, 8, 1]}, outputs: 1, recurrent: {units: 2},"
                " cnn: [{MaxPooling2D: {pool_size: [2, 2]}}, Flatten]}"
            ),
            "size-of-one",
            "`MaxPooling2D` shrinks an axis from 3 positions to 1",
        ),
    ],
)
def test_an_unusual_architecture_gets_a_warning(architecture: str, name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(f"architecture: {architecture}\n", encoding="utf-8")
    (warning,) = warnings_for(compile_spec(tmp_path / "spec.yaml"))
    assert (warning.name, warning.message, warning.severity) == (name, message, "warning")
    assert warning.why
    assert warning.help


def test_several_warnings_come_in_the_order_of_the_layers(tmp_path: Path) -> None:
    dense = "{TimeDistributed: {Dense: {units: 2, activity_regularizer: l2, activation: relu}}}"
    assert names(LAYERS.format(6, f"{dense}, {{TimeDistributed: BatchNormalization}}"), tmp_path) == [
        "activity-regularizer-dropped",
        "batch-normalization-in-time-distributed",
        "activation-before-batch-normalization",
    ]


def test_of_the_shipped_specs_the_wide_tutorial_alone_is_warned_of() -> None:
    warned = {path.stem: warnings_for(compile_spec(path)) for path in SPECS.glob("*.yaml")}
    assert {name: [each.name for each in found] for name, found in warned.items() if found} == {
        "many_to_one": ["outputs-as-wide-as-time"]
    }
    (warning,) = warned["many_to_one"]
    assert "146 parameters instead of 170" in warning.help[0]

"""Each layer is told in words and figures that agree with its plan."""

from pathlib import Path

import pytest

from tdcli.layers.core.registry import find_layer, layer_names, read_layer
from tdcli.services.specs.explain import LayerExplanation, explain_spec
from tdcli.text.errors import SpecError

SPECS = Path(__file__).parents[3] / "specs"


def told(name: str, layer: str) -> LayerExplanation:
    (account,) = explain_spec(SPECS / f"{name}.yaml", layer)
    return account


def test_a_many_to_one_lstm_loses_the_time_axis() -> None:
    """140 weights of the tutorial's LSTM(5), used at each of its five steps."""
    lstm = told("many_to_one", "lstm")
    assert lstm.goes_in == "(batch, 5, 1): 5 timesteps, each of 1 number"
    assert lstm.over_time.startswith("reads the timesteps from first to last")
    assert lstm.over_time.endswith("returns only the last output")
    assert lstm.comes_out == "(batch, 5): one vector of 5 numbers, without a time axis"
    assert lstm.weights == "4 x ((1 + 1) x 5 + 5^2) = 140; the same weights are used 5 times per sample"


def test_a_many_to_many_head_is_one_layer_for_all_steps() -> None:
    head = told("many_to_many", "TimeDistributed(Dense)")
    assert "applies the same `Dense` to each of the 5 timesteps" in head.over_time
    assert head.weights == (
        "(5 + 1) x 1 = 6; the layer is applied 5 times per sample; without sharing there would be 5 x 6 = 30 weights"
    )


def test_a_cnn_in_front_of_an_lstm_sees_one_frame_at_a_time() -> None:
    """30 x 30 places of a 3 x 3 kernel, in ten frames."""
    convolution = told("cnn_lstm", "1")
    assert convolution.goes_in.endswith("10 timesteps, each a frame of 32 x 32 with 3 channels")
    assert "used 9,000 times per sample, in 10 timesteps" in convolution.weights
    assert convolution.weights.endswith("without sharing there would be 10 x 896 = 8,960 weights")


def test_a_one_to_many_model_makes_its_time_axis() -> None:
    repeat = told("one_to_many", "repeat_vector")
    assert repeat.over_time == "creates a time axis: the same vector is repeated at each of 10 timesteps"
    assert repeat.comes_out.endswith(", with a new time axis")
    assert repeat.weights == "none"


def test_sequences_of_any_length_share_weights_all_the_same() -> None:
    lstm = told("variable_length", "lstm")
    assert lstm.goes_in == "(batch, None, 5): any number of timesteps, each of 5 numbers"
    assert lstm.weights.endswith("the same weights are used at every timestep")
    assert told("indoor_movement", "bidirectional").over_time.endswith("padded timesteps are masked")


def test_a_layer_is_named_by_its_number_its_name_or_its_title() -> None:
    path = SPECS / "cnn_lstm.yaml"
    assert explain_spec(path, "6") == explain_spec(path, "lstm") == explain_spec(path, "LSTM")
    assert [each.number for each in explain_spec(path, "TimeDistributed(Conv2D)")] == [1, 3]
    with pytest.raises(SpecError) as caught:
        explain_spec(path, "lstmm")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.help[0] == "did you mean `LSTM`?"
    assert "6 `lstm`" in diagnostic.help[1]


@pytest.mark.parametrize("name", layer_names())
def test_every_layer_says_what_it_does_over_time(name: str) -> None:
    for example in find_layer(name).examples:
        layer = read_layer({name: example.arguments})
        assert layer.over_time(example.input_shape)
        shape = (None, *(size or 12 for size in example.input_shape[1:]))
        count, work = layer.parameters(shape), layer.multiply_adds(shape)
        assert layer.applications(shape) >= 1
        assert (work or 0) == 0 or count.total > 0
        assert layer.activation_count(shape) >= 1


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ({"LSTM": {"units": 2, "go_backwards": True}}, "from last to first"),
        ({"Bidirectional": {"LSTM": {"units": 2}, "merge_mode": "sum"}}, "their last outputs are added"),
        ({"Dense": {"units": 2}}, "as inside `TimeDistributed`"),
        ({"Conv1D": {"filters": 2, "kernel_size": 3}}, "a window of 3 timesteps along the time axis"),
        ({"MaxPooling1D": {}}, "a window of 2 timesteps along the time axis"),
        ({"GlobalAveragePooling1D": {}}, "reduces all timesteps to one vector"),
        ({"Flatten": {}}, "into one long vector"),
        ({"MultiHeadAttention": {"num_heads": 1, "key_dim": 2}}, "each timestep attends to all timesteps"),
        ({"Dropout": {"rate": 0.1}}, "during training"),
        ({"BatchNormalization": {}}, "the moving averages afterwards"),
        ({"Masking": {"mask_value": -1.0}}, "all features are -1 as padding"),
    ],
)
def test_what_happens_over_time_is_the_layers_own(layer: dict[str, object], words: str) -> None:
    assert words in read_layer(layer).over_time((None, 6, 4))

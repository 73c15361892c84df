"""Which recurrent layers may use cuDNN is what Keras's own rule says of their arguments."""

from importlib import import_module
from pathlib import Path

import keras
import pytest

from tdcli.layers.core.recurrent import GatedRecurrent
from tdcli.layers.core.registry import find_layer
from tdcli.plan.cudnn import cudnn_uses
from tdcli.services.specs.compile import compile_spec

rnn = import_module("keras.src.backend.tensorflow.rnn")  # the package has a function of this name
CHANGES = [
    {}, {"activation": "relu"}, {"recurrent_activation": "hard_sigmoid"}, {"unroll": True}, {"use_bias": False},
    {"dropout": 0.2}, {"go_backwards": True},
]  # fmt: skip
OF_GRU = [{"reset_after": False}]
SPEC = """architecture:
  kind: layers
  input: [5, 3]
  layers:
    - Bidirectional: {LSTM: {units: 2, return_sequences: true}}
    - GRU: {units: 2, return_sequences: true, recurrent_dropout: 0.1}
    - SimpleRNN: {units: 2}
"""


@pytest.mark.parametrize(
    ("name", "change"), [("LSTM", each) for each in CHANGES] + [("GRU", each) for each in CHANGES + OF_GRU]
)
def test_the_rule_is_keras(name: str, change: dict[str, object]) -> None:
    layer = find_layer(name)(units=2, **change)
    stock = getattr(keras.layers, name)(**layer.arguments())
    arguments = {
        "activation": stock.activation,
        "recurrent_activation": stock.recurrent_activation,
        "unroll": stock.unroll,
        "use_bias": stock.use_bias,
    }
    if name == "GRU":
        allowed = rnn._do_gru_arguments_support_cudnn(**arguments, reset_after=stock.reset_after)
    else:
        allowed = rnn._do_lstm_arguments_support_cudnn(**arguments)
    assert isinstance(layer, GatedRecurrent)
    assert (layer.without_cudnn() == ()) == allowed


def test_layers_inside_wrappers_are_told_of_and_those_without_cudnn_say_why(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    uses = cudnn_uses(compile_spec(tmp_path / "spec.yaml").plan)
    assert [(use.layer, use.obstacles) for use in uses] == [
        ("Bidirectional(LSTM)", ()),
        ("GRU", ("it has recurrent_dropout",)),
        ("SimpleRNN", ("cuDNN does not support SimpleRNN",)),
    ]

"""What people bring along: names and literals of Python, Keras 1 and 2, PyTorch, other languages (A37)."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tdcli.services.specs.compile import compile_document
from tdcli.services.specs.fix import fix_spec
from tdcli.text.diagnostic import Diagnostic
from tdcli.text.edits import apply_edits
from tdcli.text.errors import SpecError
from tdcli.text.yaml_reader import parse_document, read_document

HERE = Path(__file__).parent


def told(text: str) -> tuple[Diagnostic, ...]:
    try:
        compile_document(parse_document(text, Path("spec.yaml")))
    except SpecError as error:
        return error.diagnostics
    return ()


def said(text: str) -> list[tuple[str, str]]:
    """Return what is at fault, as it is written, and the first help."""
    found = told(text)
    return [(_at(each), each.help[0] if each.help else "") for each in found]


def _at(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return span.source[span.column - 1 : span.column - 1 + span.width] if span else ""


def fixed(text: str) -> str:
    """Apply the certain edits until there are none, each of which has to leave something that can be read."""
    for _ in range(5):
        edits = {edit for each in told(text) for edit in each.fix}
        if not edits:
            break
        text = apply_edits(text, edits)
        parse_document(text, Path("spec.yaml"))
    return text


def test_each_name_of_the_case_is_told_with_its_cure_in_one_run() -> None:
    found = said((HERE / "A37-wrong.yaml").read_text(encoding="utf-8"))
    assert found == [
        ("None", "write `null`"),
        ("(3, 3)", "write `[3, 3]`"),
        ("None", "write `null`"),
        ("Convolution2D", "write `Conv2D`"),
        ("nb_filter", "write `filters: 8`"),
        ("nb_row", "write `kernel_size: [3, 3]` instead of `nb_row` and `nb_col`"),
        ("nb_col", "write `kernel_size: [3, 3]` instead of `nb_row` and `nb_col`"),
        ("border_mode", "write `padding: same`"),
        ("subsample", "write `strides: [2, 2]`"),
        ("output_dim", "write `units: 8`"),
        ("inner_activation", "write `recurrent_activation: sigmoid`"),
        ("dropout_W", "write `dropout: 0.2`"),
        ("dropout_U", "write `recurrent_dropout: 0.2`"),
        ("nb_epoch", "write `epochs: 3`"),
        ("acc", "write `accuracy`"),
        ("lr", "write `learning_rate: 0.001`"),
    ]


def test_the_fixes_of_the_case_lead_to_what_was_wanted(tmp_path: Path) -> None:
    spec = Path(shutil.copy(HERE / "A37-wrong.yaml", tmp_path / "spec.yaml"))
    assert fix_spec(spec) > 0
    wanted = read_document(HERE / "A37-right.yaml").values
    mended = read_document(spec)
    assert mended.diagnostics == ()
    assert mended.values["training"] == wanted["training"]
    assert mended.values["architecture"]["layers"][2:] == wanted["architecture"]["layers"][2:]
    once = spec.read_text(encoding="utf-8")
    assert fix_spec(spec) == 0
    assert spec.read_text(encoding="utf-8") == once
    # The number of timesteps is the one thing that no name can tell; the next message asks for it.
    assert [each.name for each in told(once)] == ["unknown-length"]
    assert told(once.replace("[null, 16", "[8, 16")) == ()


CHAIN = """architecture:
  kind: layers
  input: [20, 8]
  layers:
    - {item}
    - Flatten
    - Dense: {{units: 1}}
"""

ITEMS = [
    # Python
    ("LSTM: {units: 8, activation: None}", "LSTM: {units: 8, activation: null}"),
    ("Dense: {units: 8, use_bias: None}", "Dense: {units: 8}"),
    ("Conv1D: {filters: 8, kernel_size: (3,)}", "Conv1D: {filters: 8, kernel_size: [3]}"),
    ("Conv1D: {filters: 8, kernel_size: '[3]'}", "Conv1D: {filters: 8, kernel_size: [3]}"),
    ("Permute: {dims: (2, 1)}", "Permute: {dims: [2, 1]}"),
    ("Reshape: {target_shape: (-1, 8), name: a}", "Reshape: {target_shape: [-1, 8], name: a}"),
    ("LSTM: {units: '8'}", "LSTM: {units: 8}"),
    ("LSTM: {units: 1_6}", "LSTM: {units: 16}"),
    ("LSTM: {units: 2**3}", "LSTM: {units: 8}"),
    ("LSTM: {units=8}", "LSTM: {units: 8}"),
    ("LSTM: {units:8, dropout: 0.1}", "LSTM: {units: 8, dropout: 0.1}"),
    ("LSTM: units=8, dropout=0.1", "LSTM: {units: 8, dropout: 0.1}"),
    ("LSTM(8)", "{LSTM: {units: 8}}"),
    ("LSTM(output_dim=8, return_sequences=True),", "{LSTM: {units: 8, return_sequences: true}}"),
    ("model.add(LSTM(units=8))", "{LSTM: {units: 8}}"),
    ("tf.keras.layers.Dense(4, activation='relu')", "{Dense: {units: 4, activation: relu}}"),
    ("Bidirectional(LSTM(8), merge_mode='sum')", "{Bidirectional: {LSTM: {units: 8}, merge_mode: sum}}"),
    ("TimeDistributed: Dense(3)", "TimeDistributed: {Dense: {units: 3}}"),
    ("Dropout(0.5)", "{Dropout: {rate: 0.5}}"),
    ("Dense: {units: 8, activation: tf.nn.relu}", "Dense: {units: 8, activation: relu}"),
    ("Dense: {units: 8, kernel_regularizer: l2(0.01)}", "Dense: {units: 8, kernel_regularizer: {l2: {l2: 0.01}}}"),
    (
        "Dense: {units: 8, kernel_regularizer: l1_l2(l1=0.1, l2=0.2), use_bias: true}",
        "Dense: {units: 8, kernel_regularizer: {L1L2: {l1: 0.1, l2: 0.2}}, use_bias: true}",
    ),
    ("Dense: {units: 8, kernel_constraint: max_norm(3)}",
     "Dense: {units: 8, kernel_constraint: {max_norm: {max_value: 3}}}"),
    # Arguments without their names
    ("LSTM: 8", "LSTM: {units: 8}"),
    ("Dropout: 0.2", "Dropout: {rate: 0.2}"),
    ("Activation: relu", "Activation: {activation: relu}"),
    ("Conv1D: [8, 3]", "Conv1D: {filters: 8, kernel_size: 3}"),
    ("Dense: {units: 3, kernel_regularizer: {l2: 0.01}}", "Dense: {units: 3, kernel_regularizer: {l2: {l2: 0.01}}}"),
    # Names in another case, behind their modules
    ("lstm: {units: 8}", "LSTM: {units: 8}"),
    ("keras.layers.Dense: {units: 8}", "Dense: {units: 8}"),
    ("Bidirectional: {lstm: {units: 8}}", "Bidirectional: {LSTM: {units: 8}}"),
    ("global_average_pooling1d", "GlobalAveragePooling1D"),
    # Keras 1 and 2
    ("GRU: {output_dim: 8, inner_init: orthogonal, W_regularizer: l2}",
     "GRU: {units: 8, recurrent_initializer: orthogonal, kernel_regularizer: l2}"),
    (
        "Convolution1D: {nb_filter: 4, filter_length: 3, border_mode: same, subsample_length: 1}",
        "Conv1D: {filters: 4, kernel_size: 3, padding: same, strides: 1}",
    ),
    ("MaxPool1D: {pool_length: 2, stride: 2}", "MaxPooling1D: {pool_size: 2, strides: 2}"),
    ("Dropout: {p: 0.5}", "Dropout: {rate: 0.5}"),
    ("GaussianNoise: {sigma: 0.1}", "GaussianNoise: {stddev: 0.1}"),
    ("LeakyReLU: {alpha: 0.1}", "LeakyReLU: {negative_slope: 0.1}"),
    ("CuDNNLSTM: {units: 8}", "LSTM: {units: 8}"),
    ("LSTM: {units: 8, batch_input_shape: (None, 20, 8)}", "LSTM: {units: 8}"),
    ("LSTM: {implementation: 2, units: 8}", "LSTM: {units: 8}"),
    ("LSTM: {units: 8, stateful: False, return_state: false}", "LSTM: {units: 8}"),
    ("Conv1D: {filters: 2, kernel_size: 3, dim_ordering: tf}",
     "Conv1D: {filters: 2, kernel_size: 3, data_format: channels_last}"),
    ("Bidirectional: {LSTM: {units: 8}, mode: concat}", "Bidirectional: {LSTM: {units: 8}, merge_mode: concat}"),
    # PyTorch
    ("nn.LSTM: {input_size: 8, hidden_size: 4, batch_first: True}", "LSTM: {units: 4}"),
    ("nn.Linear(8, 3)", "{Dense: {units: 3}}"),
    ("Linear: {in_features: 8, out_features: 3, bias: false}", "Dense: {units: 3, use_bias: false}"),
    ("Conv1d: {in_channels: 8, out_channels: 4, kernel_size: 3}", "Conv1D: {filters: 4, kernel_size: 3}"),
    ("BatchNorm1d: {num_features: 8, eps: 0.001}", "BatchNormalization: {epsilon: 0.001}"),
    ("Softmax(dim=-1)", "{Softmax: {axis: -1}}"),
    ("nn.ReLU()", "ReLU"),
    # Numbers as other languages write them
    ("Dropout: {rate: 0,5}", "Dropout: {rate: 0.5}"),
    ("LSTM: {units: 8, dropout: 0,1, recurrent_dropout: 0,2}",
     "LSTM: {units: 8, dropout: 0.1, recurrent_dropout: 0.2}"),
    ("Dropout: {rate: [0,05]}", "Dropout: {rate: 0.05}"),
    ("Dropout: 0,25", "Dropout: {rate: 0.25}"),
    ("Dropout: {rate: 50 %}", "Dropout: {rate: 0.5}"),
    ("LSTM: {units: 8, unroll: ja}", "LSTM: {units: 8, unroll: true}"),
    ("LSTM: {units: 8, go_backwards: faux}", "LSTM: {units: 8, go_backwards: false}"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), ITEMS)
def test_a_layer_is_mended_to_what_was_meant(wrong: str, right: str) -> None:
    assert told(CHAIN.format(item=wrong)) != ()
    assert fixed(CHAIN.format(item=wrong)) == CHAIN.format(item=right)
    assert {each.name for each in told(CHAIN.format(item=right))} <= {"rank-mismatch"}  # of the Flatten behind
    assert [each for each in told(CHAIN.format(item=right)) if each.name != "wrong-rank"] in (
        [],
        [*told(CHAIN.format(item=right))],
    )


TRAINING = """architecture:
  kind: many-to-one
  input: {{timesteps: 20, features: 8}}
  recurrent: {{units: 4}}
  outputs: 1
training:
  {key}
"""
KEYS = [
    ("nb_epoch: 3", "epochs: 3"),
    ("epochs: 1_0", "epochs: 10"),
    ("epochs: 10.0", "epochs: 10"),
    ("shuffle: oui", "shuffle: true"),
    ("seed: 1 000", "seed: 1000"),
    ("metrics: mae", "metrics: [mae]"),
    ("metrics: [MeanSquaredError()]", "metrics: [mean_squared_error]"),
    ("loss: nn.MSELoss()", "loss: mse"),
    ("loss: keras.losses.Huber", "loss: huber"),
    ("loss: None", "loss: null"),
    ("optimizer: Adam(lr=0.001)", "optimizer: {name: Adam, learning_rate: 0.001}"),
    ("optimizer: {Adam: {lr: 0.001}}", "optimizer: {name: adam, learning_rate: 0.001}"),
    ("optimizer: {type: SGD, lr: 0.1}", "optimizer: {name: sgd, learning_rate: 0.1}"),
    ("optimizer: {name: sgd, lr: 0,01, momentum: 0,9}", "optimizer: {name: sgd, learning_rate: 0.01, momentum: 0.9}"),
    ("optimizer: {name: adam, lr: 0.01, decay: 0.0}", "optimizer: {name: adam, learning_rate: 0.01}"),
    ("schedule: ReduceLROnPlateau", "schedule: plateau"),
    ("schedule: ReduceLROnPlateau(factor=0.5, patience=3)", "schedule: {name: plateau, factor: 0.5, patience: 3}"),
    ("early_stopping: 5", "early_stopping: {patience: 5}"),
    ("early_stopping: EarlyStopping(patience=3)", "early_stopping: {patience: 3}"),
    ("early_stopping: {patience: 3, verbose: 1}", "early_stopping: {patience: 3}"),
    ("epochs: 3\n  verbose: 1", "epochs: 3"),
]


@pytest.mark.parametrize(("wrong", "right"), KEYS)
def test_a_key_of_the_training_is_mended_to_what_was_meant(wrong: str, right: str) -> None:
    assert fixed(TRAINING.format(key=wrong)) == TRAINING.format(key=right)
    assert told(TRAINING.format(key=right)) == ()


TOLD = [
    (
        "LSTM: {units: 8, stateful: true}",
        "remove it, and increase `timesteps` of `input`; samples do not depend on the previous batch",
    ),
    ("LSTM: {units: 8, return_state: true}", "remove it; each layer has one output"),
    ("LSTM: {units: 8, bidirectional: true}", "write `- Bidirectional: {LSTM: {units: 8}}`"),
    ("LSTM: {units: 8, num_layers: 2}", "list the layer 2 times, all except the last with `return_sequences: true`"),
    ("LSTM: {units: 8, batch_first: false}", "remove it; sequences are always"),
    ("LSTM: {units: 8, dropout_W: 0.2, dropout: 0.1}", "remove it; `dropout` is also given"),
    ("LSTM: {units: 8, drop_out: 0.1, dropout: 0.1}", "remove this key or `dropout`, which is also given"),
    ("Lambda: {function: x}", "write its computation as layers"),
    ("Attention", "write `- MultiHeadAttention: {num_heads: 1, key_dim: 8}`"),
    ("VGG16: {weights: imagenet}", "compute the network's features before training"),
    ("Concatenate", "write a single chain"),
    ("Input: {shape: [20, 8]}", "remove it, and write `input: [20, 8]` under `architecture`"),
    ("StringLookup", "write `encode: {column: one-hot}` under `data`"),
    ("{type: LSTM, units: 8}", "write `- LSTM: {units: 8}`"),
    ("{class_name: LSTM, config: {units: 8}}", "write `- LSTM: {units: 8}`"),
    ("{LSTM: , units: 8}", "write `- LSTM: {units: 8}`"),
    ("Conv1D: {filters: 8, kernel_size: 3, padding: 1}", "write `same`, which keeps the length"),
    ("Dropout: {rate: [0,5]}", "write `0.5`"),
]


@pytest.mark.parametrize(("item", "help"), TOLD)
def test_what_has_no_certain_cure_is_told_and_left_alone(item: str, help: str) -> None:
    text = CHAIN.format(item=item)
    assert any(line.startswith(help) for each in told(text) for line in each.help)
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("text", "never"),
    [
        (TRAINING.format(key="metrics: [acc]"), "auc"),
        (CHAIN.format(item="Convolution2D: {filters: 2, kernel_size: 2}"), "ConvLSTM2D"),
        (CHAIN.format(item="LSTM: {units: 8, inner_activation: sigmoid}"), "`activation"),
        (CHAIN.format(item="LSTM: {units: 8, dropout_U: 0.1}"), "`dropout"),
        (CHAIN.format(item="LSTM: {units: 8, return_state: true}"), "return_sequences"),
    ],
)
def test_no_name_is_taken_for_one_that_means_something_else(text: str, never: str) -> None:
    assert [line for each in told(text) for line in each.help if never in line] == []


def test_a_name_that_is_right_in_its_place_stays() -> None:
    right = CHAIN.format(item="Embedding: {input_dim: 9, output_dim: 4}")
    assert told(right.replace("[20, 8]", "{shape: [20], dtype: int32}")) == ()


@pytest.mark.parametrize(
    ("key", "help"),
    [
        ("callbacks: [EarlyStopping]", "early_stopping: {patience: 5}"),
        ("validation_split: 0,2", "split: {validation: 0.2}"),
        ("validation_split: 0.2", "split: {validation: 0.2}"),
        ("lr: 0.01", "optimizer: {name: adam, learning_rate: 0.01}"),
        ("loss_weights: [1, 2]", "a model has one output"),
        ("loss: CrossEntropyLoss", "sparse_categorical_crossentropy"),
        ("loss: rmse", "write `mse`"),
        ("early_stopping: {monitor: val_acc}", "write `val_accuracy`"),
    ],
)
def test_what_has_another_place_here_is_reported_with_that_place(key: str, help: str) -> None:
    assert any(help in line for each in told(TRAINING.format(key=key)) for line in each.help)


def test_a_text_that_yaml_cuts_at_its_comma_is_never_taken_silently() -> None:
    found = told(TRAINING.format(key="epochs: 3") + "name: x\nsplit: {group: f(a, b)}\n")
    assert ("yaml-syntax", "YAML splits `f(a, b)` at its comma") in [(each.name, each.message) for each in found]


@pytest.mark.parametrize(
    "flow", ["[3, 3]", "[3,3]", "{a: 1, b: 2}", "[a (x), b]", "{a: , b: 2}", "[0, 5]", "{0: 1, 1: 5}"]
)
def test_what_yaml_reads_as_it_is_meant_stays(flow: str) -> None:
    import yaml

    def tuples(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): tuples(each) for key, each in value.items()}
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    document = parse_document(f"a: {flow}\n", Path("spec.yaml"))
    assert (document.values["a"], document.diagnostics) == (tuples(yaml.safe_load(flow)), ())


def test_many_faults_do_not_make_the_answer_slow() -> None:
    """A value is tried in its place for so many faults of a section at most: the count of helps is held, not a time."""
    items = "".join(f"    - LSTM({each})\n" for each in range(1, 400))
    found = told(f"architecture:\n  kind: layers\n  input: [20, 8]\n  layers:\n{items}")
    assert len(found) == 399
    assert 0 < sum(bool(each.fix) for each in found) < 399


@pytest.mark.parametrize(
    ("item", "mended"),
    [
        ("LSTM: {output_dim: 8, hidden_size: 8}", "LSTM: {units: 8, hidden_size: 8}"),
        ("LSTM: {hidden_size: 8, units=8}", "LSTM: {units: 8, units=8}"),
        ("Dense: {unit: 8, unitss: 8}", "Dense: {units: 8, unitss: 8}"),
    ],
)
def test_of_two_keys_that_mean_one_the_first_becomes_it(item: str, mended: str) -> None:
    after = fixed(CHAIN.format(item=item))
    assert after == CHAIN.format(item=mended)
    assert [each.name for each in told(after)] == ["unknown-key"]


def test_of_two_arguments_of_an_optimizer_that_mean_one_the_first_becomes_it() -> None:
    text = TRAINING.format(key="optimizer: {name: adam, lr: 0.1, eta: 0.1}")
    assert fixed(text) == text.replace("lr:", "learning_rate:")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("recurrent: {{units: 4}}", "recurrent: GRU(4)"),
        ("outputs: 1", "outputs: Dense(1)"),
    ],
)
def test_a_call_is_written_as_its_key_takes_it(wrong: str, right: str) -> None:
    text = TRAINING.replace(wrong, right).format(key="epochs: 3")
    meant = {"GRU": "recurrent: {cell: GRU, units: 4}", "Dense": "outputs: {units: 1}"}
    assert fixed(text) == text.replace(right, meant[right.split(": ")[1].split("(")[0]])
    assert told(fixed(text)) == ()


def test_a_tuple_is_a_shape() -> None:
    text = CHAIN.format(item="LSTM: {units: 8, return_sequences: true}")
    assert fixed(text.replace("[20, 8]", "(20, 8)")) == text


@pytest.mark.parametrize("written", ["(12, 1)", "[12, 1]", "(None, 12, 1)", "[null, 12, 1]"])
def test_an_input_without_names_is_given_them(written: str) -> None:
    spec = "architecture: {kind: many-to-one, input: %s, recurrent: {units: 4}, outputs: 1}\n"
    assert told(spec % written)[0].help == ("write `input: {timesteps: 12, features: 1}`",)
    assert fixed(spec % written) == spec % "{timesteps: 12, features: 1}"
